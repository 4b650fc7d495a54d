package io.bactrian.testing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting for something to become true, with one polling interval for all tests. */
public final class Conditions {
    private Conditions() {}

    /** Polls every 10 ms until there is a value, and returns it; fails with the description when there is none in time. */
    public static <T> T awaitValue(Duration timeout, String description, Callable<T> value) {
        return polling(timeout, description).until(value, Objects::nonNull);
    }

    /** Polls every 10 ms; fails with the description when the condition is still false after the timeout. */
    public static void await(Duration timeout, String description, Callable<Boolean> condition) {
        polling(timeout, description).until(condition);
    }

    private static ConditionFactory polling(Duration timeout, String description) {
        return Awaitility.await(description)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(timeout);
    }
}
