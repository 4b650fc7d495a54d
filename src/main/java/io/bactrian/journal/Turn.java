package io.bactrian.journal;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Whether the batch waits for the end of a turn of an event loop, in which it may grow: what a loop reads in one turn is forced
 * together. Called with the lock held.
 */
final class Turn {
    /** A turn that takes longer is not waited for. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Nor for the end of one that has brought so many bytes: more at once costs no less, and the room is for what comes meanwhile. */
    static final int ENOUGH_BYTES = 256 * 1024;

    private final Clock clock;
    private boolean on;
    private long began;

    Turn(Clock clock) {
        this.clock = clock;
    }

    /**
     * Events were put into the batch.
     *
     * @param by on which they complete; what is no event loop ends the waiting
     * @param atEnd run on it when it has read all that had come
     */
    void appended(Executor by, Runnable atEnd) {
        if (!(by instanceof TurnExecutor)) {
            on = false;
        } else if (!on) {
            on = true;
            began = clock.nanos();
            try {
                by.execute(atEnd);
            } catch (RejectedExecutionException e) {
                on = false;
            }
        }
    }

    void end() {
        on = false;
    }

    /** Whether a batch of so many bytes waits. */
    boolean holds(int bytes) {
        return on && bytes < ENOUGH_BYTES && clock.nanos() - began < LONGEST_NANOS;
    }
}
