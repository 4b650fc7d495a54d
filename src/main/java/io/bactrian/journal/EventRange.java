package io.bactrian.journal;

/**
 * Which events a segment holds: bounds of their sequences, and whether they are in order. Of a segment that is written it is
 * guarded by the journal's lock.
 */
final class EventRange {
    private long lowest = Long.MAX_VALUE;
    private long highest;
    private boolean inOrder = true;

    void add(long sequence) {
        inOrder &= sequence > highest;
        lowest = Math.min(lowest, sequence);
        highest = Math.max(highest, sequence);
    }

    void copy(EventRange other) {
        lowest = other.lowest;
        highest = other.highest;
        inOrder = other.inOrder;
    }

    boolean isEmpty() {
        return highest == 0;
    }

    long lowest() {
        return lowest;
    }

    long highest() {
        return highest;
    }

    /** Whether each event has a higher sequence than the ones before it: not when files were made one whose ranges overlap. */
    boolean inOrder() {
        return inOrder;
    }
}
