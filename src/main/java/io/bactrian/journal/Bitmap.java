package io.bactrian.journal;

/** One bit for each unit of a segment; its memory exists only while a bit is set. */
final class Bitmap {
    private final int units;
    private long[] words;
    private int count;
    private int from;

    Bitmap(int units) {
        this.units = units;
    }

    int count() {
        return count;
    }

    boolean get(int unit) {
        return words != null && (words[unit >> 6] & 1L << unit) != 0;
    }

    /** Returns whether the bit was clear before. */
    boolean set(int unit) {
        if (words == null) {
            words = new long[(units + 63) >> 6];
            from = unit >> 6;
        }
        if (get(unit)) {
            return false;
        }
        words[unit >> 6] |= 1L << unit;
        from = Math.min(from, unit >> 6);
        count++;
        return true;
    }

    /** Returns whether the bit was set before. */
    boolean clear(int unit) {
        if (!get(unit)) {
            return false;
        }
        words[unit >> 6] &= ~(1L << unit);
        if (--count == 0) {
            words = null;
        }
        return true;
    }

    /** Sets here what is set there, and clears it there. */
    void takeAll(Bitmap other) {
        for (int unit = other.first(); unit >= 0; unit = other.first()) {
            other.clear(unit);
            set(unit);
        }
    }

    /** The lowest set bit, or -1. */
    int first() {
        if (count == 0) {
            return -1;
        }
        while (words[from] == 0) {
            from++;
        }
        return (from << 6) + Long.numberOfTrailingZeros(words[from]);
    }
}
