package io.bactrian.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The segments in use. Guarded by the journal's lock. */
final class SegmentTable {
    private final BitSet usedSlots = new BitSet();
    private final Map<Long, Segment> byOrdinal = new HashMap<>();
    private final TreeSet<Segment> inOrder = new TreeSet<>(Segment.IN_ORDER);
    private final TreeSet<Segment> withReady = new TreeSet<>(Segment.IN_ORDER);
    private Segment[] bySlot = new Segment[64];
    private long pending;
    private long bytes;

    /** Empty segments in the manifest, to be written next. */
    final ArrayDeque<Segment> prepared = new ArrayDeque<>();

    /** The segment that is written, or null when the last one was abandoned. */
    Segment current;

    Segment add(Manifest.Entry entry, StoredFile file) throws IOException {
        int slot = usedSlots.nextClearBit(0);
        if (slot >= Location.MAX_SLOTS) {
            throw new IOException("more than " + Location.MAX_SLOTS + " segments: use larger ones");
        }
        Segment segment = new Segment(slot, entry, file);
        usedSlots.set(slot);
        if (slot >= bySlot.length) {
            bySlot = java.util.Arrays.copyOf(bySlot, bySlot.length * 2);
        }
        bySlot[slot] = segment;
        byOrdinal.put(segment.ordinal, segment);
        inOrder.add(segment);
        bytes += segment.size;
        return segment;
    }

    void remove(Segment segment) {
        usedSlots.clear(segment.slot);
        bySlot[segment.slot] = null;
        byOrdinal.remove(segment.ordinal);
        inOrder.remove(segment);
        withReady.remove(segment);
        pending -= segment.pending;
        bytes -= segment.size;
    }

    Segment at(long location) {
        return bySlot[Location.slot(location)];
    }

    /** The segment of that number, or null when it is gone. */
    Segment get(long ordinal) {
        return byOrdinal.get(ordinal);
    }

    /** All segments in the order of delivery. */
    Collection<Segment> inOrder() {
        return inOrder;
    }

    /** The first segment in the order of delivery, or null. */
    Segment first() {
        return inOrder.isEmpty() ? null : inOrder.first();
    }

    /** The segment that comes after one that may be gone, or null. */
    Segment after(Segment segment) {
        return inOrder.higher(segment);
    }

    /** What the manifest has to say without some of the segments. */
    List<Manifest.Entry> entriesWithout(Collection<Segment> removed) {
        List<Manifest.Entry> entries = new ArrayList<>(inOrder.size() + 3);
        for (Segment segment : inOrder) {
            if (!removed.contains(segment)) {
                entries.add(segment.entry());
            }
        }
        return entries;
    }

    int size() {
        return inOrder.size();
    }

    long bytes() {
        return bytes;
    }

    long pending() {
        return pending;
    }

    /** An event became pending. */
    void addPending(Segment segment, long offset) {
        segment.pending++;
        pending++;
        makeReady(segment, offset);
    }

    /** A pending event is not in flight (any more). */
    void makeReady(Segment segment, long offset) {
        if (segment.ready.set((int) (offset / RecordFormat.UNIT))) {
            withReady.add(segment);
        }
    }

    /** A pending event is not in flight and waits until {@link #resumeDeferred}. */
    void defer(Segment segment, long offset) {
        segment.deferred.set((int) (offset / RecordFormat.UNIT));
    }

    /** What was deferred is ready again. */
    void resumeDeferred() {
        for (Segment segment : inOrder) {
            if (segment.deferred.count() > 0) {
                segment.ready.takeAll(segment.deferred);
                withReady.add(segment);
            }
        }
    }

    /** A pending event is in flight, or not pending any more; returns whether it was ready or deferred before. */
    boolean takeReady(Segment segment, long offset) {
        int unit = (int) (offset / RecordFormat.UNIT);
        boolean was = segment.ready.clear(unit) || segment.deferred.clear(unit);
        if (segment.ready.count() == 0) {
            withReady.remove(segment);
        }
        return was;
    }

    /** An event that is not ready is not pending any more. */
    void removePending(Segment segment) {
        segment.pending--;
        pending--;
    }

    /** The segment of the first event that is ready, or null. */
    Segment firstReady() {
        return withReady.isEmpty() ? null : withReady.first();
    }

    /** The first segment with a pending event, or null. */
    Segment firstPending() {
        for (Segment segment : inOrder) {
            if (segment.pending > 0) {
                return segment;
            }
        }
        return null;
    }
}
