package io.bactrian.jetstream;

/** Which subjects an event may be published to. */
public final class Subjects {
    private Subjects() {}

    /**
     * Null when the subject is good, else what is wrong with it. Subjects of NATS itself are refused: a message to
     * {@code $JS.API.STREAM.DELETE.X} is an order to JetStream, and a sender may have a say in the subject.
     */
    public static String problem(String subject) {
        if (subject.isEmpty()) {
            return "the subject is empty";
        }
        if (subject.charAt(0) == '$' || subject.startsWith("_INBOX.")) {
            return "the subject belongs to NATS itself";
        }
        boolean tokenStart = true;
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                return "the subject holds a blank or control character";
            }
            boolean dot = c == '.';
            if (dot && tokenStart) {
                return "the subject has an empty token";
            }
            boolean wholeToken = tokenStart && (i + 1 == subject.length() || subject.charAt(i + 1) == '.');
            if (wholeToken && (c == '*' || c == '>')) {
                return "the subject holds a wildcard";
            }
            tokenStart = dot;
        }
        return tokenStart ? "the subject ends with a dot" : null;
    }

    /** Whether some subject is one that both patterns stand for. */
    static boolean overlap(String one, String other) {
        String[] a = one.split("\\.", -1);
        String[] b = other.split("\\.", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            if (a[i].equals(">") || b[i].equals(">")) {
                return true;
            }
            if (!a[i].equals("*") && !b[i].equals("*") && !a[i].equals(b[i])) {
                return false;
            }
        }
        return a.length == b.length;
    }

    /** Whether every subject that the second one stands for is one of those the pattern stands for. */
    static boolean covers(String pattern, String subject) {
        String[] wide = pattern.split("\\.", -1);
        String[] narrow = subject.split("\\.", -1);
        for (int i = 0; i < wide.length; i++) {
            if (wide[i].equals(">")) {
                return narrow.length > i;
            }
            if (i >= narrow.length || narrow[i].equals(">")) {
                return false;
            }
            if (!wide[i].equals("*") && !wide[i].equals(narrow[i])) {
                return false;
            }
        }
        return wide.length == narrow.length;
    }
}
