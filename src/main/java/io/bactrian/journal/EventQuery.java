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
 * @param oldestFirst the one accepted first comes first, else the one accepted last
 * @param from only events behind this sequence: with a higher one when the oldest come first, {@link Long#MIN_VALUE} to
 *     begin; else with a lower one, {@link Long#MAX_VALUE} to begin
 * @param limit how many, at least 1
 * @param maxBytes after so many bytes read from disk the page ends, however short; at least 1. It is overstepped by what one
 *     step reads: a chunk, or once a file whose events are not in order
 */
public record EventQuery(
        Set<State> states,
        String errorClass,
        Instant since,
        Instant until,
        boolean oldestFirst,
        long from,
        int limit,
        long maxBytes) {

    public EventQuery {
        states = Set.copyOf(Objects.requireNonNull(states, "states"));
        if (states.isEmpty() || limit < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("states, limit and maxBytes must not be empty or 0");
        }
    }

    /** The same from another place on. */
    public EventQuery from(long sequence) {
        return new EventQuery(states, errorClass, since, until, oldestFirst, sequence, limit, maxBytes);
    }
}
