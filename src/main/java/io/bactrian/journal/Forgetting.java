package io.bactrian.journal;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes keys whose time is up from the index, a table at a time, and shortens the window when there are too many, but not below
 * the hold: what is held can only be published again while its key is known.
 */
final class Forgetting {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int TABLES_A_STEP = 64;

    private final Core core;
    private int table;
    private long[] ages = new long[Core.BUCKETS_IN_WINDOW + 2];
    private long sweptAt;
    /** Whether there are keys that the last sweep has seen and the next one removes. */
    private boolean shortened;

    Forgetting(Core core) {
        this.core = core;
    }

    /** Forgets the keys of all settled events. */
    void forgetAll() {
        for (int first = 0; first < KeyIndex.TABLES; first += TABLES_A_STEP) {
            core.lock.lock();
            try {
                for (int number = first; number < first + TABLES_A_STEP; number++) {
                    core.index.sweep(number, (high, low, location) -> !Location.expires(Location.kind(location)));
                }
            } finally {
                core.lock.unlock();
            }
        }
    }

    /** Sweeps some tables; returns whether the sweep should go on at once. */
    boolean step() {
        core.lock.lock();
        try {
            if (table == 0 && core.now() - sweptAt < core.bucketMillis() && !mayBeFewer()) {
                return false;
            }
            for (int end = table + TABLES_A_STEP; table < end; table++) {
                core.index.sweep(table, this::keep);
            }
            if (table < KeyIndex.TABLES) {
                return true;
            }
            finish();
            return false;
        } finally {
            core.lock.unlock();
        }
    }

    private boolean keep(long high, long low, long location) {
        if (!Location.expires(Location.kind(location))) {
            return true;
        }
        if (core.expired(location)) {
            return false;
        }
        ages[Math.min(core.age(location), Core.BUCKETS_IN_WINDOW)]++;
        return true;
    }

    private void finish() {
        table = 0;
        sweptAt = core.now();
        long before = core.windowBuckets;
        if (tooMany()) {
            shorten(core.index.size() - core.config.dedupeMaxKeys() * 9 / 10);
        } else if (core.index.size() < core.config.dedupeMaxKeys() * 8 / 10) {
            core.windowBuckets = Math.min(Core.BUCKETS_IN_WINDOW, core.windowBuckets + 1);
        }
        ages = new long[ages.length];
        shortened = core.windowBuckets < before;
        if (shortened) {
            Duration inForce = core.dedupeWindow();
            LOG.warn(
                    "journal remembers keys for a shorter time, there are too many keys={} dedupe-max-keys={} window={}",
                    core.index.size(),
                    core.config.dedupeMaxKeys(),
                    inForce);
            core.tell(listener -> listener.dedupeWindowShortened(inForce));
        }
    }

    private void shorten(long excess) {
        long dropped = 0;
        int age = ages.length - 1;
        while (age > 0 && dropped < excess) {
            dropped += ages[age--];
        }
        core.windowBuckets = Math.max(core.bucketsInHold(), Math.min(core.windowBuckets, age));
    }

    /** Whether there are too many keys and a sweep at once is of use. */
    private boolean mayBeFewer() {
        return tooMany() && (shortened || core.windowBuckets > core.bucketsInHold());
    }

    private boolean tooMany() {
        return core.index.size() > core.config.dedupeMaxKeys();
    }
}
