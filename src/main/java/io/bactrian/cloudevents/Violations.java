package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.List;

/** Collects violations up to a bound; beyond it only says that there are more. */
final class Violations {
    static final int LIMIT = 1000;

    private final List<Violation> found = new ArrayList<>(4);

    void add(Violation violation) {
        if (found.size() < LIMIT) {
            found.add(violation);
        } else if (found.size() == LIMIT) {
            found.add(new Violation(
                    "", null, "limit", "there are more violations; only the first " + LIMIT + " are listed"));
        }
    }

    void addAll(List<Violation> violations) {
        violations.forEach(this::add);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> list() {
        return List.copyOf(found);
    }

    void throwIfAny() throws InvalidCloudEventException {
        if (!found.isEmpty()) {
            throw new InvalidCloudEventException(found);
        }
    }
}
