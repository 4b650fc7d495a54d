package io.bactrian.cloudevents;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A NATS subject with {@code {name}}, {@code {type}}, {@code {source}}, {@code {subject}} and {@code {partitionkey}}, compiled once. Immutable and thread-safe.
 *
 * <p>Values are a sender's, so they are made safe: dots still part tokens; blanks, {@code *}, {@code >} and control characters become {@code _}, and so do an absent value, an empty token, a {@code $} at the very start ({@code $JS.API} and {@code $SYS} are the server's) and the dot of an {@code _INBOX.} there, where answers to requests go. What would be longer than {@value #MAX_BYTES} bytes is cut and ends in a hash of the whole: nats-server closes the connection on a protocol line above 4096.
 */
public final class SubjectTemplate {
    /** Longest subject, in bytes of UTF-8. */
    static final int MAX_BYTES = 1024;

    private static final char DELETE = 0x7F;
    /** Bytes a character takes at most. */
    private static final int MAX_UTF8 = 3;

    private static final String BLANK_VALUE = "_";
    /** Where answers to requests go. */
    private static final String INBOX = "_INBOX.";

    private enum Variable {
        NAME,
        TYPE,
        SOURCE,
        SUBJECT,
        PARTITIONKEY
    }

    /** Literal text, or a variable when the text is null. */
    private record Part(String literal, Variable variable) {}

    private final String template;
    private final List<Part> parts;

    private SubjectTemplate(String template, List<Part> parts) {
        this.template = template;
        this.parts = parts;
    }

    /**
     * Compiles a template.
     *
     * @throws IllegalArgumentException when a placeholder is unknown or left open, or the text around them has blanks, wildcards, control characters, empty tokens, or a leading {@code $} or {@code _INBOX.}
     */
    public static SubjectTemplate parse(String template) {
        List<Part> parts = new ArrayList<>();
        StringBuilder probe = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('{', at);
            int end = open < 0 ? template.length() : open;
            if (end > at) {
                parts.add(new Part(template.substring(at, end), null));
                probe.append(template, at, end);
            }
            if (open < 0) {
                break;
            }
            int close = template.indexOf('}', open);
            if (close < 0) {
                throw refused(template, "has a { that is never closed");
            }
            parts.add(new Part(null, variable(template, template.substring(open + 1, close))));
            probe.append(BLANK_VALUE);
            at = close + 1;
        }
        requireSubject(template, probe.toString());
        return new SubjectTemplate(template, List.copyOf(parts));
    }

    /**
     * The subject for an event.
     *
     * @param name name of the webhook, for {@code {name}}
     */
    public String resolve(String name, CloudEvent event) {
        StringBuilder subject = new StringBuilder(64);
        for (Part part : parts) {
            if (part.variable() == null) {
                subject.append(part.literal());
            } else {
                appendSafe(subject, value(part.variable(), name, event));
            }
        }
        disown(subject);
        return bounded(subject.toString());
    }

    /** What belongs to the server, or to a client that waits for an answer, is no subject of events. */
    private static void disown(StringBuilder subject) {
        if (subject.charAt(0) == '$') {
            subject.setCharAt(0, '_');
        }
        if (subject.indexOf(INBOX) == 0) {
            subject.setCharAt(INBOX.length() - 1, '_');
        }
    }

    /**
     * A pattern of NATS that stands for every subject {@link #resolve} can give for a name. A value of an event may bring dots along, so the pattern ends in {@code >} where the first of them would begin; it is {@code >} alone when nothing is known.
     */
    public String covering(String name) {
        StringBuilder pattern = new StringBuilder();
        for (Part part : parts) {
            if (part.variable() == Variable.NAME) {
                appendSafe(pattern, name);
            } else if (part.variable() == null) {
                pattern.append(part.literal());
            } else {
                return pattern.substring(0, pattern.lastIndexOf(".") + 1) + ">";
            }
        }
        return pattern.toString();
    }

    /** The template as it was written. */
    @Override
    public String toString() {
        return template;
    }

    private static Variable variable(String template, String name) {
        return switch (name) {
            case "name" -> Variable.NAME;
            case "type" -> Variable.TYPE;
            case "source" -> Variable.SOURCE;
            case "subject" -> Variable.SUBJECT;
            case "partitionkey" -> Variable.PARTITIONKEY;
            default ->
                throw refused(
                        template,
                        "has the unknown placeholder {" + name
                                + "}; known are {name}, {type}, {source}, {subject}, {partitionkey}");
        };
    }

    private static void requireSubject(String template, String probe) {
        if (probe.isEmpty()) {
            throw refused(template, "is empty");
        }
        for (String token : probe.split("\\.", -1)) {
            if (token.isEmpty()) {
                throw refused(template, "has an empty token: two dots in a row, or one at an end");
            }
        }
        for (int at = 0; at < probe.length(); at++) {
            char c = probe.charAt(at);
            if (isUnsafe(c) || c == '}') {
                throw refused(template, "has a blank, wildcard, brace or control character at index " + at);
            }
        }
        if (probe.charAt(0) == '$') {
            throw refused(template, "starts with $, which belongs to the server");
        }
        if (template.startsWith(INBOX)) {
            throw refused(template, "starts with _INBOX., where answers to requests go");
        }
        if (Utf8.length(probe) > MAX_BYTES / 2) {
            throw refused(template, "is longer than " + MAX_BYTES / 2 + " bytes");
        }
    }

    private static IllegalArgumentException refused(String template, String reason) {
        return new IllegalArgumentException("NATS subject \"" + template + "\" " + reason);
    }

    private static String value(Variable variable, String name, CloudEvent event) {
        return switch (variable) {
            case NAME -> name;
            case TYPE -> event.type();
            case SOURCE -> event.source();
            case SUBJECT -> event.subject();
            case PARTITIONKEY -> event.attribute("partitionkey");
        };
    }

    private static void appendSafe(StringBuilder subject, String value) {
        if (value == null || value.isEmpty()) {
            subject.append(BLANK_VALUE);
            return;
        }
        char previous = '.';
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '.' && previous == '.') {
                subject.append(BLANK_VALUE);
            }
            subject.append(isUnsafe(c) ? '_' : c);
            previous = c;
        }
        if (previous == '.') {
            subject.append(BLANK_VALUE);
        }
    }

    private static String bounded(String subject) {
        if (subject.length() <= MAX_BYTES / MAX_UTF8) {
            return subject;
        }
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return subject;
        }
        String hash = "_" + EventKey.of(subject, "").messageId();
        int end = MAX_BYTES - hash.length();
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + hash;
    }

    private static boolean isUnsafe(char c) {
        if (c > ' ' && c < DELETE) {
            return c == '*' || c == '>';
        }
        return Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
