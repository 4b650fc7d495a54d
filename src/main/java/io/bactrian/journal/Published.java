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
 * @param fingerprint what the caller wants to remember of the payload when that is no longer kept, or 0
 */
public record Published(String stream, long sequence, boolean duplicate, Instant at, long fingerprint) {
    public Published(String stream, long sequence, boolean duplicate, Instant at) {
        this(stream, sequence, duplicate, at, 0);
    }

    public Published {
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(at, "at");
    }
}
