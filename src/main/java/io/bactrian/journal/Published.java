package io.bactrian.journal;

import java.time.Instant;
import java.util.Objects;

/**
 * Proof that an event was processed.
 *
 * @param stream the JetStream stream that stored it
 * @param sequence its sequence in that stream
 * @param duplicate whether the stream said that it had it already
 * @param at when the proof arrived
 */
public record Published(String stream, long sequence, boolean duplicate, Instant at) {
    public Published {
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(at, "at");
    }
}
