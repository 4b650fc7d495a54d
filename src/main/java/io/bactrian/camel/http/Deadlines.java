package io.bactrian.camel.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.vertx.core.Vertx;

/**
 * Ends requests that take too long, in their body or in their route. All have the same time, so they expire in the
 * order they came: a queue and one timer serve them all, where a timer for each request would cost more than the request.
 */
final class Deadlines {

    private static final long TICK_MILLIS = 50;

    private final Queue<Deadline> deadlines = new ConcurrentLinkedQueue<>();
    private final long timeoutNanos;
    private final Vertx vertx;
    private final long timer;

    /**
     * The deadline of one request. It lets go of the request as soon as that has met it: behind one that waits, the
     * queue holds as many of these as requests come in the whole timeout.
     */
    static final class Deadline {
        private final long at;
        private volatile IntakeCall call;

        private Deadline(IntakeCall call, long at) {
            this.call = call;
            this.at = at;
        }

        void met() {
            call = null;
        }
    }

    Deadlines(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeoutNanos = timeout.toNanos();
        this.timer = vertx.setPeriodic(TICK_MILLIS, id -> expire(System.nanoTime()));
    }

    Deadline watch(IntakeCall call) {
        return add(new Deadline(call, call.startedAt() + timeoutNanos));
    }

    /** The same time once more, for the route of a request that is answered. */
    Deadline watchAgain(IntakeCall call) {
        return add(new Deadline(call, System.nanoTime() + timeoutNanos));
    }

    private Deadline add(Deadline deadline) {
        deadlines.add(deadline);
        return deadline;
    }

    private void expire(long now) {
        for (Deadline head = deadlines.peek(); head != null; head = deadlines.peek()) {
            IntakeCall call = head.call;
            if (call != null) {
                if (now - head.at < 0) {
                    return;
                }
                call.expire();
            }
            deadlines.poll();
        }
    }

    void close() {
        vertx.cancelTimer(timer);
    }
}
