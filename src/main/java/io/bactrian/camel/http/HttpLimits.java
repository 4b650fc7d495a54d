package io.bactrian.camel.http;

import java.time.Duration;

import io.bactrian.camel.config.BactrianConfig;

/**
 * The bounds of the public port.
 *
 * @param maxBody bytes, where a webhook has no limit of its own
 * @param requestTimeout from the first byte of a request to its answer
 * @param idleTimeout a silent connection is closed after it; in seconds
 * @param maxInFlight requests in progress at a time
 * @param drain how long, at most, new requests are still refused politely once the last answer is out
 */
public record HttpLimits(long maxBody, Duration requestTimeout, Duration idleTimeout, int maxInFlight, Duration drain) {

    /** Reads {@code bactrian.http.*}. */
    public static HttpLimits of(BactrianConfig config) {
        return new HttpLimits(
                config.bytes("bactrian.http.max-body", 1),
                config.duration("bactrian.http.request-timeout"),
                config.duration("bactrian.http.idle-timeout"),
                config.integer("bactrian.http.max-in-flight", 1, 1_000_000),
                config.duration("bactrian.http.drain"));
    }
}
