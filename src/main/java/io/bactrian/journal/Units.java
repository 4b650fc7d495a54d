package io.bactrian.journal;

import java.util.Arrays;

/** Places in one segment in ascending order, four bytes each; mostly added at the end and taken from the front. */
final class Units {
    private int[] units = new int[4];
    private int from;
    private int to;

    boolean isEmpty() {
        return from == to;
    }

    /** Adds a place unless it is there. */
    void add(int unit) {
        int at = to == from || units[to - 1] < unit ? -to - 1 : Arrays.binarySearch(units, from, to, unit);
        if (at >= 0) {
            return;
        }
        at = -at - 1;
        if (at == from && from > 0) {
            units[--from] = unit;
            return;
        }
        if (to == units.length) {
            at -= from;
            makeRoom();
        }
        System.arraycopy(units, at, units, at + 1, to - at);
        units[at] = unit;
        to++;
    }

    boolean contains(int unit) {
        return Arrays.binarySearch(units, from, to, unit) >= 0;
    }

    int first() {
        return units[from];
    }

    void remove(int unit) {
        if (units[from] == unit) {
            from++;
            return;
        }
        int at = Arrays.binarySearch(units, from, to, unit);
        System.arraycopy(units, at + 1, units, at, to - at - 1);
        to--;
    }

    void removeFirst() {
        from++;
    }

    private void makeRoom() {
        int size = to - from;
        units = Arrays.copyOfRange(units, from, from + Math.max(4, size + (size >> 1) + (from == 0 ? 4 : 0)));
        from = 0;
        to = size;
    }
}
