package io.bactrian.cloudevents;

import java.util.regex.Pattern;

/** What may stand between square brackets in an authority (RFC 3986 section 3.2.2). */
final class IpLiteral {
    private static final int GROUPS = 8;
    private static final Pattern FUTURE = Pattern.compile("[vV][0-9a-fA-F]+\\.[-A-Za-z0-9._~!$&'()*+,;=:]+");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern IPV4 = Pattern.compile(
            "((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)", Pattern.UNIX_LINES);
    private static final int LONGEST = 45;

    private IpLiteral() {}

    static boolean isValid(String literal) {
        if (FUTURE.matcher(literal).matches()) {
            return true;
        }
        if (literal.length() > LONGEST) {
            return false;
        }
        int gap = literal.indexOf("::");
        if (gap < 0) {
            return groups(literal, true) == GROUPS;
        }
        if (literal.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        int before = groups(literal.substring(0, gap), false);
        int after = groups(literal.substring(gap + 2), true);
        return before >= 0 && after >= 0 && before + after < GROUPS;
    }

    /** Number of 16-bit groups, or -1 when one is malformed; an IPv4 tail counts as two. */
    private static int groups(String text, boolean ipv4Tail) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int count = parts.length;
        for (int i = 0; i < parts.length; i++) {
            if (GROUP.matcher(parts[i]).matches()) {
                continue;
            }
            if (!ipv4Tail || i < parts.length - 1 || !IPV4.matcher(parts[i]).matches()) {
                return -1;
            }
            count++;
        }
        return count;
    }
}
