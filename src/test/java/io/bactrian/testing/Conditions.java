package io.bactrian.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

/** Waiting for something to become true, with one polling interval for all tests. */
public final class Conditions {
    private Conditions() {}

    /** Polls every 10 ms; fails with the description when the condition is still false after the timeout. */
    public static void await(Duration timeout, String description, Callable<Boolean> condition) {
        Awaitility.await(description)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(timeout)
                .until(condition);
    }
}
