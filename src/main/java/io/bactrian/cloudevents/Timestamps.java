package io.bactrian.cloudevents;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;

/** The grammar and the ranges of RFC 3339 section 5.6: full date, time to the second at least, offset required, a leap second only where one can be. */
final class Timestamps {
    private static final int SECONDS_END = 19;

    private Timestamps() {}

    static boolean isValid(String text) {
        int offset = text.length() < SECONDS_END + 1 ? -1 : offsetStart(text);
        if (offset < 0 || !separators(text)) {
            return false;
        }
        int month = number(text, 5, 2);
        int day = number(text, 8, 2);
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        int year = number(text, 0, 4);
        if (year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            return false;
        }
        if (second < 0 || second > 60 || day > YearMonth.of(year, month).lengthOfMonth()) {
            return false;
        }
        Integer offsetMinutes = offsetMinutes(text, offset);
        if (offsetMinutes == null) {
            return false;
        }
        return second < 60 || leapSecond(LocalDate.of(year, month, day).atTime(hour, minute), offsetMinutes);
    }

    private static boolean separators(String text) {
        char t = text.charAt(10);
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && (t == 'T' || t == 't')
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    /** Where the offset starts, behind the optional fraction, or -1. */
    private static int offsetStart(String text) {
        if (text.charAt(SECONDS_END) != '.') {
            return SECONDS_END;
        }
        int at = SECONDS_END + 1;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at == SECONDS_END + 1 || at == text.length() ? -1 : at;
    }

    private static Integer offsetMinutes(String text, int at) {
        char sign = text.charAt(at);
        if (sign == 'Z' || sign == 'z') {
            return at + 1 == text.length() ? 0 : null;
        }
        if ((sign != '+' && sign != '-') || text.length() != at + 6 || text.charAt(at + 3) != ':') {
            return null;
        }
        int hours = number(text, at + 1, 2);
        int minutes = number(text, at + 4, 2);
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
            return null;
        }
        int total = hours * 60 + minutes;
        return sign == '-' ? -total : total;
    }

    private static boolean leapSecond(LocalDateTime local, int offsetMinutes) {
        LocalDateTime utc = local.minusMinutes(offsetMinutes);
        return utc.getHour() == 23
                && utc.getMinute() == 59
                && utc.getDayOfMonth() == YearMonth.from(utc).lengthOfMonth();
    }

    private static int number(String text, int from, int digits) {
        int value = 0;
        for (int at = from; at < from + digits; at++) {
            if (!isDigit(text.charAt(at))) {
                return -1;
            }
            value = value * 10 + text.charAt(at) - '0';
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
