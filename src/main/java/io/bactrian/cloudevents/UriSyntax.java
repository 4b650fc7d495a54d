package io.bactrian.cloudevents;

/**
 * The grammar of RFC 3986, nothing more. {@code java.net.URI} is no substitute: it follows RFC 2396, so it takes characters outside ASCII and refuses registered names, empty authorities and paths that RFC 3986 allows.
 */
final class UriSyntax {
    private static final String SUB_DELIMITERS = "!$&'()*+,;=";
    private static final String REGISTERED_NAME = SUB_DELIMITERS;
    private static final String USER_INFORMATION = SUB_DELIMITERS + ":";
    private static final String PATH = SUB_DELIMITERS + ":@/";
    private static final String QUERY = PATH + "?";

    private UriSyntax() {}

    /** Whether the text is a URI-reference (section 4.1): a URI or a relative reference, fragments allowed. */
    static boolean isReference(String text) {
        return isUri(text, scheme(text));
    }

    /** Whether the text starts with a scheme and is a URI (section 3); a fragment is tolerated. */
    static boolean isAbsolute(String text) {
        int scheme = scheme(text);
        return scheme > 0 && isUri(text, scheme);
    }

    private static boolean isUri(String text, int scheme) {
        int fragment = indexOrEnd(text, '#', 0, text.length());
        if (fragment < text.length() && !consistsOf(text, fragment + 1, text.length(), QUERY)) {
            return false;
        }
        int query = indexOrEnd(text, '?', 0, fragment);
        if (query < fragment && !consistsOf(text, query + 1, fragment, QUERY)) {
            return false;
        }
        int path = scheme;
        if (text.startsWith("//", scheme)) {
            path = indexOrEnd(text, '/', scheme + 2, query);
            if (!isAuthority(text, scheme + 2, path)) {
                return false;
            }
        } else if (scheme == 0
                && text.substring(0, indexOrEnd(text, '/', 0, query)).indexOf(':') >= 0) {
            return false;
        }
        return consistsOf(text, path, query, PATH);
    }

    /** Length of {@code scheme:}, or 0 when there is none. */
    private static int scheme(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == ':') {
                return at == 0 ? 0 : at + 1;
            }
            if (!isAlpha(c) && (at == 0 || !(isDigit(c) || c == '+' || c == '-' || c == '.'))) {
                return 0;
            }
        }
        return 0;
    }

    private static boolean isAuthority(String text, int from, int to) {
        int at = text.lastIndexOf('@', to - 1);
        int host = at >= from ? at + 1 : from;
        if (host > from && !consistsOf(text, from, host - 1, USER_INFORMATION)) {
            return false;
        }
        int port;
        if (host < to && text.charAt(host) == '[') {
            int close = indexOrEnd(text, ']', host, to);
            if (close == to || !IpLiteral.isValid(text.substring(host + 1, close))) {
                return false;
            }
            port = close + 1;
        } else {
            port = indexOrEnd(text, ':', host, to);
            if (!consistsOf(text, host, port, REGISTERED_NAME)) {
                return false;
            }
        }
        if (port == to) {
            return true;
        }
        return text.charAt(port) == ':' && text.substring(port + 1, to).chars().allMatch(UriSyntax::isDigit);
    }

    private static boolean consistsOf(String text, int from, int to, String besideUnreserved) {
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            if (c == '%') {
                if (at + 2 >= to || !isHex(text.charAt(at + 1)) || !isHex(text.charAt(at + 2))) {
                    return false;
                }
                at += 2;
            } else if (!isUnreserved(c) && besideUnreserved.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOrEnd(String text, char wanted, int from, int end) {
        int found = text.indexOf(wanted, from);
        return found < 0 || found > end ? end : found;
    }

    private static boolean isUnreserved(char c) {
        return isAlpha(c) || isDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    }

    private static boolean isAlpha(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
