package io.bactrian.jetstream;

import java.time.Instant;
import java.util.Objects;

/**
 * The state of the connection at one moment.
 *
 * @param connected whether publishes are let through
 * @param since when {@code connected} last changed, or when the connection was opened
 * @param reason one line: why there is no connection, or what is wrong with the one there is; null when all is well
 * @param serverVersion of the server last seen, or null before the first connect
 * @param maxPayload largest message in bytes, headers included, by the server last seen; -1 when unknown
 * @param jetStreamAvailable whether the server last seen runs JetStream itself
 * @param headersSupported whether the server last seen takes headers
 * @param lameDuck whether the server has said that it is about to stop
 */
public record NatsStatus(
        boolean connected,
        Instant since,
        String reason,
        String serverVersion,
        long maxPayload,
        boolean jetStreamAvailable,
        boolean headersSupported,
        boolean lameDuck) {
    public NatsStatus {
        Objects.requireNonNull(since, "since");
    }
}
