package io.bactrian.cloudevents;

import java.util.List;

/**
 * One element of a batch: an event, or why it is none.
 *
 * @param index place in the batch, from 0
 * @param event the event, or null when there are violations
 * @param violations what is wrong, with pointers from the root of the batch; empty when there is an event
 */
public record BatchElement(int index, CloudEvent event, List<Violation> violations) {
    public BatchElement {
        violations = List.copyOf(violations);
        if ((event == null) == violations.isEmpty()) {
            throw new IllegalArgumentException("an element is either an event or has violations");
        }
    }
}
