package io.bactrian.journal;

import java.util.SplittableRandom;

/**
 * Maps 128-bit keys to locations: open addressing in many small tables, which grow by a quarter one at a time, so that
 * growing neither stalls an append nor doubles the memory. 24 bytes a slot at a load of 0.62 to 0.78. Where a key goes
 * depends on a secret of the process, so that no sender can fill one place. Not safe for threads.
 */
final class KeyIndex {
    static final int TABLES = 1024;
    private static final int FIRST_CAPACITY = 16;
    private static final long MAX_LOAD_PERCENT = 78;

    private final long[][] tables = new long[TABLES][];
    private final int[] sizes = new int[TABLES];
    private final long seedHigh;
    private final long seedLow;
    private long size;

    KeyIndex(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        seedHigh = random.nextLong();
        seedLow = random.nextLong();
    }

    long size() {
        return size;
    }

    /** Bytes of the tables. */
    long bytes() {
        long bytes = 0;
        for (long[] table : tables) {
            bytes += table == null ? 0 : table.length * 8L;
        }
        return bytes;
    }

    /** The location of a key, or 0. */
    long get(long high, long low) {
        long hash = hash(high, low);
        long[] table = tables[table(hash)];
        if (table == null) {
            return 0;
        }
        int at = find(table, hash, high, low);
        return table[at + 2];
    }

    /** Sets the location of a key, which is not 0, and returns the one before, or 0. */
    long put(long high, long low, long location) {
        long hash = hash(high, low);
        int number = table(hash);
        long[] table = tables[number];
        if (table == null) {
            table = new long[FIRST_CAPACITY * 3];
            tables[number] = table;
        }
        int at = find(table, hash, high, low);
        long before = table[at + 2];
        if (before == 0 && (sizes[number] + 1) * 100L > table.length / 3 * MAX_LOAD_PERCENT) {
            table = grow(number);
            at = find(table, hash, high, low);
        }
        if (before == 0) {
            table[at] = high;
            table[at + 1] = low;
            sizes[number]++;
            size++;
        }
        table[at + 2] = location;
        return before;
    }

    /** Forgets a key and returns its location, or 0. */
    long remove(long high, long low) {
        long hash = hash(high, low);
        int number = table(hash);
        long[] table = tables[number];
        if (table == null) {
            return 0;
        }
        int at = find(table, hash, high, low);
        long before = table[at + 2];
        if (before != 0) {
            removeAt(number, table, at);
        }
        return before;
    }

    /** Decides over one entry: returns whether it stays. */
    @FunctionalInterface
    interface Visitor<E extends Exception> {
        boolean keep(long high, long low, long location) throws E;
    }

    /** Visits all keys of one of the {@link #TABLES} tables and removes those that do not stay; an entry may be seen twice. */
    <E extends Exception> void sweep(int number, Visitor<E> visitor) throws E {
        long[] table = tables[number];
        if (table == null) {
            return;
        }
        for (int at = 0; at < table.length; ) {
            if (table[at + 2] != 0 && !visitor.keep(table[at], table[at + 1], table[at + 2])) {
                removeAt(number, table, at);
            } else {
                at += 3;
            }
        }
    }

    private void removeAt(int number, long[] table, int removed) {
        int hole = removed;
        int at = removed;
        while (true) {
            at = next(table, at);
            if (table[at + 2] == 0) {
                break;
            }
            int home = home(table, hash(table[at], table[at + 1]));
            boolean reachable = hole <= at ? (home <= hole || home > at) : (home <= hole && home > at);
            if (reachable) {
                System.arraycopy(table, at, table, hole, 3);
                hole = at;
            }
        }
        table[hole + 2] = 0;
        sizes[number]--;
        size--;
    }

    private long[] grow(int number) {
        long[] old = tables[number];
        int capacity = old.length / 3;
        long[] table = new long[(capacity + Math.max(8, capacity / 4)) * 3];
        for (int at = 0; at < old.length; at += 3) {
            if (old[at + 2] != 0) {
                int to = find(table, hash(old[at], old[at + 1]), old[at], old[at + 1]);
                System.arraycopy(old, at, table, to, 3);
            }
        }
        tables[number] = table;
        return table;
    }

    private static int find(long[] table, long hash, long high, long low) {
        int at = home(table, hash);
        while (table[at + 2] != 0 && (table[at] != high || table[at + 1] != low)) {
            at = next(table, at);
        }
        return at;
    }

    private static int next(long[] table, int at) {
        return at + 3 == table.length ? 0 : at + 3;
    }

    private static int home(long[] table, long hash) {
        return (int) (((hash & 0xFFFFFFFFL) * (table.length / 3)) >>> 32) * 3;
    }

    private static int table(long hash) {
        return (int) (hash >>> 54);
    }

    private long hash(long high, long low) {
        long mixed = (high ^ seedHigh) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32) ^ low ^ seedLow) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }
}
