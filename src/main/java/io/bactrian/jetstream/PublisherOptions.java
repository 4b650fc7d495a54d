package io.bactrian.jetstream;

import java.time.Duration;

/**
 * Bounds of a publisher.
 *
 * @param publishTimeout deadline of one publish, from the call to the PubAck; 10 ms to 1 h
 * @param maxInFlight publishes without an answer at a time, 1 to {@value #MOST_IN_FLIGHT}
 * @param maxInFlightBytes payload and header bytes of these together; the message that goes beyond is the last one let in
 */
public record PublisherOptions(Duration publishTimeout, int maxInFlight, long maxInFlightBytes) {
    static final int MOST_IN_FLIGHT = 65_536;

    public PublisherOptions {
        if (publishTimeout.toMillis() < 10 || publishTimeout.toHours() > 1) {
            throw new IllegalArgumentException("publishTimeout=" + publishTimeout + ": expected 10 ms to 1 h");
        }
        if (maxInFlight < 1 || maxInFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("maxInFlight=" + maxInFlight + ": expected 1 to " + MOST_IN_FLIGHT);
        }
        if (maxInFlightBytes < 1) {
            throw new IllegalArgumentException("maxInFlightBytes=" + maxInFlightBytes + ": expected 1 or more");
        }
    }

    /** Timeout and number of the connection's options; 64 MiB in flight. */
    public static PublisherOptions of(NatsOptions options) {
        return of(options, 64L << 20);
    }

    /** Timeout and number of the connection's options, and so many bytes in flight. */
    public static PublisherOptions of(NatsOptions options, long maxInFlightBytes) {
        return new PublisherOptions(options.publishTimeout(), options.maxInFlight(), maxInFlightBytes);
    }
}
