package io.bactrian.app.bench;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * What was promised: which events were answered 2xx, and how long that took. Written by the thread of the client; read by
 * others only after that has ended, but for the counters. Times are nanoseconds since the load began.
 */
final class Ledger {

    private static final long NEVER = Long.MAX_VALUE;

    private final BitSet accepted = new BitSet();
    private final BitSet measured = new BitSet();
    private final Histogram latency = new Histogram(1_000, TimeUnit.MINUTES.toNanos(10), 3);
    private final Map<Integer, Long> refused = new TreeMap<>();
    private volatile long windowStart = NEVER;
    private volatile long windowEnd = NEVER;
    private volatile long answered;
    private volatile long answeredInWindow;
    private volatile long lastEvent;
    private volatile long broken;
    private String lastFailure;

    /** The measured part begins. */
    void begin(long at) {
        windowStart = at;
    }

    /** The measured part ends. */
    void end(long at) {
        windowEnd = at;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void answered(long firstEvent, int events, int status, long intendedAt, long now) {
        if (intendedAt >= windowStart && intendedAt < windowEnd) {
            latency.recordValue(Math.max(0, now - intendedAt));
        }
        if (status < 200 || status > 299) {
            refused.merge(status, 1L, Long::sum);
            return;
        }
        int from = Math.toIntExact(firstEvent);
        accepted.set(from, from + events);
        answered += events;
        lastEvent = firstEvent + events - 1;
        if (now >= windowStart && now < windowEnd) {
            measured.set(from, from + events);
            answeredInWindow += events;
        }
    }

    /** A request that was due in the measured part and could not even be sent before the load ended. */
    void neverSent(long intendedAt, long now) {
        if (intendedAt >= windowStart && intendedAt < windowEnd) {
            latency.recordValue(now - intendedAt);
        }
    }

    /** A connection broke; whether its event was accepted nobody knows. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void broken(String why) {
        broken++;
        lastFailure = why;
    }

    /** @return events in requests answered 2xx so far, repeats included */
    long answered() {
        return answered;
    }

    long answeredInWindow() {
        return answeredInWindow;
    }

    /** @return number of the event accepted last */
    long lastEvent() {
        return lastEvent;
    }

    long broken() {
        return broken;
    }

    String lastFailure() {
        return lastFailure;
    }

    BitSet accepted() {
        return accepted;
    }

    BitSet measured() {
        return measured;
    }

    Histogram latency() {
        return latency;
    }

    /** @return how many requests were answered with each status that is not 2xx */
    Map<Integer, Long> refused() {
        return refused;
    }
}
