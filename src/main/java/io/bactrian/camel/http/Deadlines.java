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

    private final Queue<IntakeCall> calls = new ConcurrentLinkedQueue<>();
    private final long timeoutNanos;
    private final Vertx vertx;
    private final long timer;

    Deadlines(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeoutNanos = timeout.toNanos();
        this.timer = vertx.setPeriodic(TICK_MILLIS, id -> expire(System.nanoTime()));
    }

    void watch(IntakeCall call) {
        calls.add(call);
    }

    private void expire(long now) {
        for (IntakeCall head = calls.peek(); head != null; head = calls.peek()) {
            boolean late = now - head.startedAt() > timeoutNanos;
            if (!late && !head.isAnswered()) {
                return;
            }
            calls.poll();
            if (late) {
                head.expire();
            }
        }
    }

    void close() {
        vertx.cancelTimer(timer);
    }
}
