package io.bactrian.camel.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The end of intake while everything else still runs: requests that have begun are answered, new ones are refused with
 * 503, and each answer asks the client to close its connection. It ends when nothing is in progress and no client has
 * come for a moment, so that closing the port cuts nobody off in the middle.
 */
final class Drain {

    /** Without a new request for so long, clients have gone elsewhere. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Object monitor = new Object();
    private volatile boolean begun;
    private volatile long lastRefused;

    boolean hasBegun() {
        return begun;
    }

    /** A request was refused since intake ends. */
    void refused() {
        lastRefused = System.nanoTime();
    }

    /** Nothing is in progress any more. */
    void idle() {
        if (begun) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
    }

    /** From now on requests are refused. */
    void begin() {
        lastRefused = System.nanoTime();
        begun = true;
    }

    /**
     * Blocks until all that had begun is answered.
     *
     * @param inFlight requests in progress
     * @param atMost how long to wait
     * @return requests that are still in progress
     */
    int awaitAnswers(IntSupplier inFlight, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (monitor) {
            for (long left = atMost.toNanos(); left > 0 && inFlight.getAsInt() > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
                left = deadline - System.nanoTime();
            }
        }
        return inFlight.getAsInt();
    }

    /** Blocks until no request has been refused for a moment. */
    void awaitQuiet(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (monitor) {
            for (long left = pause(deadline); left > 0; left = pause(deadline)) {
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
            }
        }
    }

    private long pause(long deadline) {
        long now = System.nanoTime();
        return Math.min(lastRefused + QUIET_NANOS - now, deadline - now);
    }
}
