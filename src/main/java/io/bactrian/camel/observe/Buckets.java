package io.bactrian.camel.observe;

import java.time.Duration;

/** Upper bounds of histogram buckets: few enough to store, close enough together where a promise is kept or broken. */
final class Buckets {

    /** For what takes an fsync or a round trip: from a quarter of a millisecond to ten seconds. */
    private static final long[] QUICK_MICROS = {
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000
    };

    /** For what may outlive an outage: from a millisecond to a day. */
    private static final long[] PATIENT_MILLIS = {
        1,
        5,
        10,
        25,
        50,
        100,
        250,
        500,
        1_000,
        5_000,
        30_000,
        60_000,
        300_000,
        900_000,
        3_600_000,
        14_400_000,
        86_400_000
    };

    private Buckets() {}

    static Duration[] quick() {
        Duration[] bounds = new Duration[QUICK_MICROS.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Duration.ofNanos(QUICK_MICROS[i] * 1_000);
        }
        return bounds;
    }

    static Duration[] patient() {
        Duration[] bounds = new Duration[PATIENT_MILLIS.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Duration.ofMillis(PATIENT_MILLIS[i]);
        }
        return bounds;
    }
}
