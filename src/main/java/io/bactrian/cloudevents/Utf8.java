package io.bactrian.cloudevents;

/** UTF-8 to the letter (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Jackson lets the first two pass. */
final class Utf8 {
    private Utf8() {}

    /** Index of the first byte that does not belong to well-formed UTF-8, or -1. */
    static int firstInvalid(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int lead = bytes[at];
            if (lead >= 0) {
                at++;
                continue;
            }
            int length = sequence(bytes, at, lead & 0xFF);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /** Bytes the text takes in UTF-8; the text has no unpaired surrogates. */
    static int length(String text) {
        int length = text.length();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c >= 0x80) {
                // a surrogate pair is two characters and four bytes
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }

    private static int sequence(byte[] bytes, int at, int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            return continues(bytes, at, 1, 0x80, 0xBF) ? 2 : 0;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            int low = lead == 0xE0 ? 0xA0 : 0x80;
            int high = lead == 0xED ? 0x9F : 0xBF;
            return continues(bytes, at, 2, low, high) ? 3 : 0;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            int low = lead == 0xF0 ? 0x90 : 0x80;
            int high = lead == 0xF4 ? 0x8F : 0xBF;
            return continues(bytes, at, 3, low, high) ? 4 : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] bytes, int at, int count, int low, int high) {
        if (bytes.length - at <= count) {
            return false;
        }
        int first = bytes[at + 1] & 0xFF;
        if (first < low || first > high) {
            return false;
        }
        for (int i = 2; i <= count; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
