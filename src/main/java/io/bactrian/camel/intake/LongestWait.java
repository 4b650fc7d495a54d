package io.bactrian.camel.intake;

import java.time.Duration;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.IntakeRequest;
import org.apache.camel.Exchange;

/**
 * How long an answer may wait for what becomes of its event: what is left of {@code bactrian.http.request-timeout}, which
 * counts from the head of the request, less what the answer itself takes.
 */
final class LongestWait {

    private static final Duration MARGIN = Duration.ofMillis(500);

    private final Duration longest;

    LongestWait(BactrianConfig config) {
        longest = notNegative(config.duration("bactrian.http.request-timeout").minus(MARGIN));
    }

    /** @return from now on; without a request, as if it came now */
    Duration of(Exchange exchange) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        return request == null ? longest : notNegative(longest.minus(request.age()));
    }

    private static Duration notNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
