package io.bactrian.cloudevents;

import java.util.Locale;

/**
 * A media type (RFC 2046, grammar of RFC 9110 section 8.3.1: empty parameters are tolerated).
 *
 * @param essence {@code type/subtype} in lower case
 * @param charset value of the {@code charset} parameter as given, or null
 */
public record MediaType(String essence, String charset) {
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    /** The parsed media type, or null when the text is not one. */
    public static MediaType parse(String text) {
        int slash = token(text, 0);
        if (slash == 0 || slash == text.length() || text.charAt(slash) != '/') {
            return null;
        }
        int at = token(text, slash + 1);
        if (at == slash + 1) {
            return null;
        }
        String essence = text.substring(0, at).toLowerCase(Locale.ROOT);
        String charset = null;
        while (true) {
            at = blanks(text, at);
            if (at == text.length()) {
                return new MediaType(essence, charset);
            }
            if (text.charAt(at) != ';') {
                return null;
            }
            int name = blanks(text, at + 1);
            int equals = token(text, name);
            if (equals == name) {
                at = name;
                continue;
            }
            if (equals == text.length() || text.charAt(equals) != '=') {
                return null;
            }
            at = value(text, equals + 1);
            if (at < 0) {
                return null;
            }
            if (charset == null && text.substring(name, equals).equalsIgnoreCase("charset")) {
                charset = unquoted(text.substring(equals + 1, at));
            }
        }
    }

    /** Whether the content is JSON: subtype {@code json} or the suffix {@code +json} (JSON format 3.1.1). */
    boolean isJson() {
        return essence.endsWith("/json") || essence.endsWith("+json");
    }

    /** Whether the content is text that JSON can carry as a string without loss: text or XML, in UTF-8. */
    boolean isText() {
        boolean textual = essence.startsWith("text/") || essence.endsWith("/xml") || essence.endsWith("+xml");
        return textual
                && (charset == null || charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("us-ascii"));
    }

    private static int token(String text, int from) {
        int at = from;
        while (at < text.length() && isToken(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static int value(String text, int from) {
        if (from < text.length() && text.charAt(from) == '"') {
            for (int at = from + 1; at < text.length(); at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                } else if (text.charAt(at) == '"') {
                    return at + 1;
                }
            }
            return -1;
        }
        int end = token(text, from);
        return end == from ? -1 : end;
    }

    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }
}
