package io.bactrian.journal;

/**
 * Where the newest record of a key is and what it says, packed into a {@code long}: slot of the segment (16 bits), offset in
 * units (24 bits), kind (4 bits), time bucket (20 bits). 0 is no location.
 */
final class Location {
    static final int MAX_SLOTS = 1 << 16;
    /** The bytes of a file of which each has a place. */
    static final long MAX_BYTES = (1L << 24) * RecordFormat.UNIT;

    static final int MAX_BUCKETS = 1 << 20;

    /** An event nothing has happened to. */
    static final int EVENT = 1;
    /** A state record of an event that is pending: it failed before or was replayed. */
    static final int RETRY = 2;

    static final int PROCESSED = 3;
    static final int DEAD = 4;
    static final int DISCARDED = 5;
    /** A key without an event. */
    static final int REMEMBERED = 6;
    /** A key that may come again. */
    static final int FORGOTTEN = 7;

    /** A key that may come again because all keys were forgotten; only while a journal is recovered. */
    static final int GONE = 8;

    private Location() {}

    static long of(int slot, long offset, int kind, int bucket) {
        if (slot >= MAX_SLOTS || offset >= MAX_BYTES) {
            throw new IllegalArgumentException("no location has slot " + slot + " and offset " + offset);
        }
        return (long) slot << 48 | (offset / RecordFormat.UNIT) << 24 | (long) kind << 20 | bucket;
    }

    static int slot(long location) {
        return (int) (location >>> 48);
    }

    static long offset(long location) {
        return (location >>> 24 & 0xFFFFFF) * RecordFormat.UNIT;
    }

    static int kind(long location) {
        return (int) (location >>> 20) & 0xF;
    }

    static int bucket(long location) {
        return (int) location & 0xFFFFF;
    }

    /** Whether the key's event waits for delivery. */
    static boolean pending(int kind) {
        return kind == EVENT || kind == RETRY;
    }

    /** Whether the key may be forgotten when its time is up. */
    static boolean expires(int kind) {
        return kind >= PROCESSED && kind != DEAD;
    }
}
