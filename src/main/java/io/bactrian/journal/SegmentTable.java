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
    /** Where an event is. */
    record Place(Segment segment, long offset) {}

    private final BitSet usedSlots = new BitSet();
    private final Map<Long, Segment> byOrdinal = new HashMap<>();
    private final TreeSet<Segment> inOrder = new TreeSet<>(Segment.IN_ORDER);
    private final TreeSet<Segment> withReady = new TreeSet<>(Segment.IN_ORDER);
    private final Deferrals deferrals = new Deferrals();
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
        deferrals.remove(segment);
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
        makeReady(segment, offset);
        segment.pending++;
        pending++;
    }

    /** A pending event is not in flight (any more). */
    void makeReady(Segment segment, long offset) {
        // In this order: what fails for want of memory is undone by taking it.
        if (segment.ready.count() == 0) {
            withReady.add(segment);
        }
        segment.ready.set((int) (offset / RecordFormat.UNIT));
    }

    /** A pending event is not in flight and waits until its group is asked for or resumed. */
    void defer(Segment segment, long offset, long group) {
        deferrals.add(group, segment, (int) (offset / RecordFormat.UNIT));
    }

    /** The place of the first deferred event of a group, or null. */
    Place firstDeferred(long group) {
        Segment segment = deferrals.firstSegment(group);
        return segment == null
                ? null
                : new Place(segment, (long) deferrals.firstUnit(group, segment) * RecordFormat.UNIT);
    }

    /** A deferred event is in flight; returns whether it was deferred before. */
    boolean takeDeferred(Place place, long group) {
        int unit = (int) (place.offset / RecordFormat.UNIT);
        return deferrals.remove(group, place.segment, unit);
    }

    /** What was deferred in a group is ready again. */
    void resume(long group) {
        for (Segment segment : deferrals.resume(group)) {
            withReady.add(segment);
        }
    }

    /** What was deferred is ready again. */
    void resumeDeferred() {
        for (Segment segment : inOrder) {
            if (segment.deferred.count() > 0) {
                segment.ready.takeAll(segment.deferred);
                withReady.add(segment);
            }
        }
        deferrals.clear();
    }

    /** A pending event that is not in flight is at another place from now on, as ready or deferred as before. */
    void movePending(Segment from, long fromOffset, Segment to, long toOffset) {
        int unit = (int) (fromOffset / RecordFormat.UNIT);
        boolean deferred = from.deferred.get(unit);
        long group = deferred ? deferrals.groupOf(from, unit) : 0;
        if (!takeReady(from, fromOffset)) {
            return;
        }
        removePending(from);
        addPending(to, toOffset);
        if (deferred) {
            takeReady(to, toOffset);
            defer(to, toOffset, group);
        }
    }

    /** Whether a pending event is there that is not in flight. */
    boolean isPending(Segment segment, long offset) {
        int unit = (int) (offset / RecordFormat.UNIT);
        return segment.ready.get(unit) || segment.deferred.get(unit);
    }

    /** A pending event is in flight, or not pending any more; returns whether it was ready or deferred before. */
    boolean takeReady(Segment segment, long offset) {
        int unit = (int) (offset / RecordFormat.UNIT);
        boolean was = segment.ready.clear(unit) || deferrals.remove(segment, unit);
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
}
