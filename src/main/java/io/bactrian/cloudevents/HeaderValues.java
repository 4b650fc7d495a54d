package io.bactrian.cloudevents;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Attribute values in headers (CloudEvents HTTP binding 3.1.3.2, NATS binding 3.1.3.2; rules H9 and H10). Stateless. */
public final class HeaderValues {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private HeaderValues() {}

    /**
     * Percent-encodes a value: space, double quote, percent sign and everything outside U+0021..U+007E, as UTF-8 with upper-case digits. The result is printable ASCII whatever comes in.
     *
     * @throws IllegalArgumentException on an unpaired surrogate, which has no UTF-8
     */
    public static String encode(String value) {
        if (isPlain(value)) {
            return value;
        }
        requireWellFormed(value);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] encoded = new byte[bytes.length * 3];
        int length = 0;
        for (byte b : bytes) {
            if (b >= 0 && isPlain((char) b)) {
                encoded[length++] = b;
            } else {
                encoded[length++] = '%';
                encoded[length++] = (byte) HEX[(b >> 4) & 0xF];
                encoded[length++] = (byte) HEX[b & 0xF];
            }
        }
        return new String(encoded, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Decodes a value as it stood on the wire: quotes around the whole of it are taken off with their backslash escapes, then percent-encoding is undone exactly once. A quote anywhere else is an ordinary character.
     *
     * @param value one character a byte; bytes above 0x7F must be UTF-8
     * @throws MalformedHeaderValueException when a quote or a percent sign is left open, or the result is not UTF-8 or holds what a CloudEvents String must not (rule C5)
     */
    public static String decode(String value) throws MalformedHeaderValueException {
        if (isPlain(value)) {
            return value;
        }
        String unquoted = unquote(value);
        byte[] bytes = new byte[unquoted.length()];
        int length = 0;
        for (int at = 0; at < unquoted.length(); at++) {
            char c = unquoted.charAt(at);
            if (c == '%') {
                bytes[length++] = percent(unquoted, at);
                at += 2;
            } else if (c <= 0xFF) {
                bytes[length++] = (byte) c;
            } else {
                throw new MalformedHeaderValueException("has a character that is not one byte");
            }
        }
        byte[] exact = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        if (Utf8.firstInvalid(exact) >= 0) {
            throw new MalformedHeaderValueException("is not well-formed UTF-8 once percent-decoded");
        }
        String decoded = new String(exact, StandardCharsets.UTF_8);
        if (!AttributeRules.isLegalString(decoded)) {
            throw new MalformedHeaderValueException(
                    "has a control character or a noncharacter once percent-decoded (rule C5)");
        }
        return decoded;
    }

    /**
     * The text of a value that is not percent-encoded, as of HTTP's own headers: what is UTF-8 is read as that, and all else as ISO 8859-1.
     *
     * @param value one character a byte, or null
     */
    public static String text(String value) {
        if (value == null || isAscii(value)) {
            return value;
        }
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return Utf8.firstInvalid(bytes) < 0 ? new String(bytes, StandardCharsets.UTF_8) : value;
    }

    private static boolean isAscii(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (value.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static byte percent(String value, int at) throws MalformedHeaderValueException {
        if (at + 2 >= value.length()
                || !UriSyntax.isHex(value.charAt(at + 1))
                || !UriSyntax.isHex(value.charAt(at + 2))) {
            throw new MalformedHeaderValueException(
                    "has a percent sign without two hexadecimal digits; write it as %25");
        }
        return (byte) (Character.digit(value.charAt(at + 1), 16) << 4 | Character.digit(value.charAt(at + 2), 16));
    }

    private static String unquote(String value) throws MalformedHeaderValueException {
        if (value.isEmpty() || value.charAt(0) != '"') {
            return value;
        }
        StringBuilder inner = new StringBuilder(value.length());
        for (int at = 1; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '"') {
                return at == value.length() - 1 ? inner.toString() : value;
            }
            if (c == '\\') {
                at++;
                if (at == value.length()) {
                    break;
                }
                c = value.charAt(at);
            }
            inner.append(c);
        }
        throw new MalformedHeaderValueException("has an opening double quote that is never closed");
    }

    private static void requireWellFormed(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (Character.isSurrogate(value.charAt(at))) {
                if (!Character.isSupplementaryCodePoint(value.codePointAt(at))) {
                    throw new IllegalArgumentException("a header value has an unpaired surrogate");
                }
                at++;
            }
        }
    }

    /** Whether the value is the same encoded and decoded, as most are. */
    private static boolean isPlain(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (!isPlain(value.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '%';
    }
}
