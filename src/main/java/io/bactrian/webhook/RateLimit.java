package io.bactrian.webhook;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;

/**
 * Keeps requests within a {@link Rate}, each caller by itself. Callers come from requests, so there may be any number:
 * the {@value #MAX_CALLERS} seen last are remembered, and one that was forgotten starts with a full bucket. Thread-safe.
 */
public final class RateLimit {

    static final int MAX_CALLERS = 10_000;

    private final Rate rate;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_CALLERS;
        }
    };

    public RateLimit(Rate rate) {
        this.rate = rate;
    }

    /**
     * Takes one request of this caller.
     *
     * @return zero when it is within the rate, else how long to wait for the next one
     */
    public Duration take(String caller) {
        ConsumptionProbe probe = bucket(caller).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
    }

    private synchronized Bucket bucket(String caller) {
        return buckets.computeIfAbsent(caller, c -> Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.requests()).refillGreedy(rate.requests(), rate.per()))
                .withNanosecondPrecision()
                .build());
    }
}
