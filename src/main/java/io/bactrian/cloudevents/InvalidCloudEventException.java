package io.bactrian.cloudevents;

import java.util.List;
import java.util.stream.Collectors;

/** What was read is not a CloudEvent 1.0; carries every violation found, at least one. */
public final class InvalidCloudEventException extends Exception {
    private static final int NAMED_IN_MESSAGE = 3;

    private final transient List<Violation> violations;

    InvalidCloudEventException(List<Violation> violations) {
        super(message(violations));
        this.violations = List.copyOf(violations);
    }

    /** All violations in the order they were found; never empty; bounded (see {@code docs/cloudevents.md}). */
    public List<Violation> violations() {
        return violations;
    }

    private static String message(List<Violation> violations) {
        String named = violations.stream()
                .limit(NAMED_IN_MESSAGE)
                .map(Violation::toString)
                .collect(Collectors.joining("; "));
        int rest = violations.size() - NAMED_IN_MESSAGE;
        return rest > 0 ? named + "; and " + rest + " more" : named;
    }
}
