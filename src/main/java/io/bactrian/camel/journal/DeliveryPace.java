package io.bactrian.camel.journal;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How fast the consumer may emit. While deliveries succeed the whole window is open. The first failure of an outage
 * collapses it to a single probe after a pause with full jitter, whose bound doubles up to a maximum with each probe
 * that fails; the first success opens the whole window again at once. When the server asked for less, half of it opens,
 * and one more with each success. Not thread-safe: the caller locks.
 */
final class DeliveryPace {

    private static final int MAX_DOUBLINGS = 30;

    private final int window;
    private final long initialNanos;
    private final long maxNanos;
    private final RandomGenerator random;
    private int limit;
    private int failedProbes;
    private boolean collapsed;
    private long resumeAt;

    DeliveryPace(int window, Duration initial, Duration max) {
        this(window, initial, max, new SplittableRandom());
    }

    DeliveryPace(int window, Duration initial, Duration max, RandomGenerator random) {
        this.window = window;
        this.limit = window;
        this.initialNanos = initial.toNanos();
        this.maxNanos = max.toNanos();
        this.random = random;
    }

    /**
     * @param inFlight emitted and not answered
     * @param now in nanoseconds, as all times here
     * @return how many more events may be emitted
     */
    int room(int inFlight, long now) {
        if (!collapsed) {
            return limit - inFlight;
        }
        return inFlight == 0 && now - resumeAt >= 0 ? 1 : 0;
    }

    /** @return nanoseconds until a probe is due, 0 when it is or when nothing is paused */
    long pause(long now) {
        return collapsed ? Math.max(0, resumeAt - now) : 0;
    }

    void succeeded() {
        limit = Math.min(window, limit + 1);
        collapsed = false;
        failedProbes = 0;
    }

    /**
     * A delivery failed that was emitted while {@code wasProbe} said so: the failures of a whole window are one
     * outage, and count once.
     *
     * @param congested whether less at a time may succeed
     * @return nanoseconds until the next probe
     */
    long failed(boolean wasProbe, boolean congested, long now) {
        if (!collapsed || wasProbe) {
            if (congested) {
                congested();
            }
            collapsed = true;
            resumeAt = now + pauseAfter(failedProbes);
            failedProbes++;
        }
        return pause(now);
    }

    /** The next probe is due then, whatever pause was left. */
    void probeAt(long now) {
        resumeAt = now;
    }

    /** Less at a time may succeed, although nothing is away. */
    void congested() {
        limit = Math.max(1, limit / 2);
    }

    /** @return nanoseconds to wait after so many failures before this one, with full jitter */
    long pauseAfter(int failures) {
        boolean beyond = failures > MAX_DOUBLINGS || initialNanos > maxNanos >> failures;
        long bound = beyond ? maxNanos : initialNanos << failures;
        return bound <= 1 ? bound : 1 + random.nextLong(bound);
    }

    boolean isCollapsed() {
        return collapsed;
    }
}
