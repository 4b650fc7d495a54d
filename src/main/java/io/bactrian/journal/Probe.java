package io.bactrian.journal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** When to try whether a disk that refused writes takes them again, and how: on a file of its own. Guarded by the journal's lock. */
final class Probe {
    private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LAST = TimeUnit.SECONDS.toNanos(5);
    private static final String FILE = "probe.tmp";

    private final Core core;
    private long at;
    private long pause = FIRST;

    Probe(Core core) {
        this.core = core;
    }

    /** The pauses become longer until something is written. */
    void later() {
        at = core.clock.nanos() + pause;
        pause = Math.min(pause * 2, LAST);
    }

    void written() {
        pause = FIRST;
    }

    boolean isDue() {
        return core.clock.nanos() - at >= 0;
    }

    /** How long until it is due, at least a nanosecond. */
    long nanosLeft() {
        return Math.max(1, at - core.clock.nanos());
    }

    /** Called without the lock. */
    void run() throws IOException {
        core.storage.create(FILE, RecordFormat.SEGMENT_HEADER).close();
        core.storage.delete(FILE);
    }
}
