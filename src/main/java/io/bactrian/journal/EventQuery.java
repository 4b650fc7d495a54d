package io.bactrian.journal;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * Which events are wanted, and how much may be read to find them.
 *
 * @param states what may have become of them; not empty
 * @param errorClass class of the last error, or null for any
 * @param since accepted at this time or later, or null
 * @param until accepted before this time, or null
 * @param before only events with a lower sequence; {@link Long#MAX_VALUE} to begin with the newest
 * @param limit how many, at least 1
 * @param maxBytes after so many bytes read from disk the page ends, however short; at least 1. It is overstepped by what one
 *     step reads: a chunk, or once a file whose events are not in order
 */
public record EventQuery(
        Set<State> states, String errorClass, Instant since, Instant until, long before, int limit, long maxBytes) {

    public EventQuery {
        states = Set.copyOf(Objects.requireNonNull(states, "states"));
        if (states.isEmpty() || limit < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("states, limit and maxBytes must not be empty or 0");
        }
    }

    /** The same from another place on. */
    public EventQuery before(long sequence) {
        return new EventQuery(states, errorClass, since, until, sequence, limit, maxBytes);
    }
}
