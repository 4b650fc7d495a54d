package io.bactrian.app;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Text from elsewhere as a terminal may show it: a sender's id or header must not steer the terminal, nor hide or reorder what is beside it. */
final class TerminalText {

    private TerminalText() {}

    /** @return the text in one line, with a question mark for each character that is not for showing */
    static String plain(String text) {
        return replaced(text, TerminalText::steers, c -> "?");
    }

    /** @return the same, on one line: what stood on several is separated by a blank */
    static String line(String text) {
        return plain(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** @return JSON that means the same, with such characters escaped */
    static String json(String json) {
        return replaced(json, c -> steers(c) && c != '\n' && c != '\r' && c != '\t', TerminalText::escaped);
    }

    /** @return a text of at most so many columns, no character of it halved */
    static String cut(String text, int columns) {
        if (TextWidth.of(text) <= columns) {
            return text;
        }
        int end = 0;
        int left = columns - 1;
        while (left >= TextWidth.of(text.codePointAt(end))) {
            left -= TextWidth.of(text.codePointAt(end));
            end = text.offsetByCodePoints(end, 1);
        }
        return text.substring(0, end) + "…";
    }

    /** @return a text of that many columns: cut, or with blanks behind it */
    static String column(String text, int columns) {
        return TextWidth.padded(cut(text, columns), columns);
    }

    private static String replaced(String text, IntPredicate which, IntFunction<String> by) {
        if (text.codePoints().noneMatch(which)) {
            return text;
        }
        StringBuilder replaced = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (which.test(c)) {
                replaced.append(by.apply(c));
            } else {
                replaced.appendCodePoint(c);
            }
        });
        return replaced.toString();
    }

    /** Control characters of both blocks (a terminal takes U+009B for ESC [), marks of direction, and separators of lines. */
    private static boolean steers(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String escaped(int c) {
        StringBuilder escaped = new StringBuilder();
        for (char unit : Character.toChars(c)) {
            escaped.append(String.format("\\u%04x", (int) unit));
        }
        return escaped.toString();
    }
}
