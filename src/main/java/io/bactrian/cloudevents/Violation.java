package io.bactrian.cloudevents;

import java.util.Objects;

/**
 * One broken rule of an event, told so that a sender can mend it. Values are never quoted: they may be confidential (CloudEvents core, "Privacy &amp; Security").
 *
 * @param pointer RFC 6901 JSON pointer of the offending member ({@code ""}: the whole document), null when a header is meant
 * @param header name of the offending header, null when a JSON member is meant
 * @param rule number of the rule in {@code docs/cloudevents.md}, such as {@code C7}, or {@code RFC8259} for what is not JSON, or {@code limit}
 * @param detail what was expected
 */
public record Violation(String pointer, String header, String rule, String detail) {
    public Violation {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(detail, "detail");
        if ((pointer == null) == (header == null)) {
            throw new IllegalArgumentException("a violation names either a JSON pointer or a header");
        }
    }

    @Override
    public String toString() {
        String place = header != null ? header : pointer.isEmpty() ? "document" : pointer;
        return place + ": " + detail + " (" + rule + ")";
    }
}
