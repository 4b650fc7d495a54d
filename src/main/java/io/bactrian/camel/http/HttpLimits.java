package io.bactrian.camel.http;

import java.time.Duration;

import io.bactrian.camel.config.BactrianConfig;

/**
 * The bounds of the public port.
 *
 * @param maxBody bytes, where a webhook has no limit of its own
 * @param requestTimeout from the first byte of a request to its answer
 * @param idleTimeout a silent connection is closed after it; in seconds
 * @param headerTimeout from the first byte of a head to its last
 * @param maxHeaders header lines of a request
 * @param maxHeaderSize bytes of all headers, and of the request line
 * @param maxGzipRatio bytes that may come of one packed byte
 * @param maxConnections open at a time
 * @param maxInFlight requests in progress at a time
 * @param maxInFlightPerWebhook of them, those of one path
 * @param maxInFlightBytes bytes of all their bodies
 * @param drain how long, at most, new requests are still refused politely once the last answer is out
 */
public record HttpLimits(
        long maxBody,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration headerTimeout,
        int maxHeaders,
        int maxHeaderSize,
        int maxGzipRatio,
        int maxConnections,
        int maxInFlight,
        int maxInFlightPerWebhook,
        long maxInFlightBytes,
        Duration drain) {

    /** More than anybody needs, and few enough seconds and nanoseconds for every timer. */
    private static final String LONG = "24h";

    private static final int LARGEST_HEAD = 1 << 20;

    /** Reads {@code bactrian.http.*}. */
    public static HttpLimits of(BactrianConfig config) {
        return new HttpLimits(
                config.bytes("bactrian.http.max-body", 1),
                config.duration("bactrian.http.request-timeout", "100ms", LONG),
                config.duration("bactrian.http.idle-timeout", "1s", LONG),
                config.duration("bactrian.http.header-timeout", "100ms", LONG),
                config.integer("bactrian.http.max-headers", 10, 10_000),
                Math.toIntExact(Math.min(LARGEST_HEAD, config.bytes("bactrian.http.max-header-size", 1024))),
                config.integer("bactrian.http.max-gzip-ratio", 1, 10_000),
                config.integer("bactrian.http.max-connections", 1, 1_000_000),
                config.integer("bactrian.http.max-in-flight", 1, 1_000_000),
                config.integer("bactrian.http.max-in-flight-per-webhook", 1, 1_000_000),
                config.bytes("bactrian.http.max-in-flight-bytes", 1),
                config.duration("bactrian.http.drain", "0s", LONG));
    }
}
