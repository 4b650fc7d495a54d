package io.bactrian.journal;

/** The two clocks the journal reads; a simulation brings its own. */
interface Clock {

    /** Milliseconds since the epoch; may jump. */
    long millis();

    /** A monotonic clock in nanoseconds. */
    long nanos();

    /** The computer's. */
    static Clock system() {
        return new Clock() {
            @Override
            public long millis() {
                return System.currentTimeMillis();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}
