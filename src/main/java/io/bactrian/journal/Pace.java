package io.bactrian.journal;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of the preparation of a segment, which costs a processor and the disk as much as writing the events it will hold: spread over
 * the time in which the segment before it fills, unless it is behind that. For the thread of the upkeep.
 */
final class Pace {
    private static final Logger LOG = LoggerFactory.getLogger(Pace.class);
    /** It rests so many times as long as it works. */
    private static final int RESTS = 3;

    /** It is to be made so many times as far as the segment before is filled. */
    private static final int AHEAD = 2;

    private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Core core;
    private long began;

    Pace(Core core) {
        this.core = core;
        this.began = core.clock.nanos();
    }

    /** So many bytes are made: rests, unless the segment is needed; returns whether it is not. */
    boolean rest(long made) {
        long left = Math.min(RESTS * (core.clock.nanos() - began), LONGEST_REST_NANOS);
        boolean needed = false;
        core.lock.lock();
        try {
            needed = isNeeded(made);
            while (left > 0 && !needed) {
                left = core.upkeep.awaitNanos(left);
                needed = isNeeded(made);
            }
        } catch (InterruptedException e) {
            LOG.debug("journal thread was interrupted, which means nothing here", e);
        } finally {
            core.lock.unlock();
        }
        began = core.clock.nanos();
        return !needed;
    }

    /** Whether somebody waits for the segment, or soon will. */
    boolean isNeeded(long made) {
        Segment current = core.segments.current;
        return core.closing
                || core.failing != null
                || current == null
                || core.segments.prepared.isEmpty()
                || made < AHEAD * current.end;
    }
}
