package io.bactrian.jetstream;

import java.time.Instant;
import java.util.Objects;

/**
 * When a message may have been published before, by our clock.
 *
 * @param from not before
 * @param to not after
 */
public record Earlier(Instant from, Instant to) {
    public Earlier {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    /** Both of them, one of which may be null. */
    static Earlier union(Earlier one, Earlier other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new Earlier(
                one.from.isBefore(other.from) ? one.from : other.from, one.to.isAfter(other.to) ? one.to : other.to);
    }
}
