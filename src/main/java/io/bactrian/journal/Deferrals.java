package io.bactrian.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which events were deferred together, in their order. Guarded by the journal's lock. */
final class Deferrals {
    private final Map<Long, TreeSet<Segment>> segments = new HashMap<>();
    private final Map<Segment, Map<Long, Units>> places = new HashMap<>();

    void add(long group, Segment segment, int unit) {
        segment.deferred.set(unit);
        segments.computeIfAbsent(group, g -> new TreeSet<>(Segment.IN_ORDER)).add(segment);
        places.computeIfAbsent(segment, s -> new HashMap<>())
                .computeIfAbsent(group, g -> new Units())
                .add(unit);
    }

    /** The segment of the first deferred event of a group, or null; {@link #firstUnit} then says where it is. */
    Segment firstSegment(long group) {
        TreeSet<Segment> all = segments.get(group);
        return all == null ? null : all.first();
    }

    int firstUnit(long group, Segment segment) {
        return places.get(segment).get(group).first();
    }

    /** Returns whether the event was deferred in that group. */
    boolean remove(long group, Segment segment, int unit) {
        if (!segment.deferred.clear(unit)) {
            return false;
        }
        Units units = places.get(segment).get(group);
        units.remove(unit);
        if (units.isEmpty()) {
            drop(group, segment);
        }
        return true;
    }

    /** The same for whoever does not know the group. */
    boolean remove(Segment segment, int unit) {
        return segment.deferred.get(unit) && remove(groupOf(segment, unit), segment, unit);
    }

    /** Makes all of a group ready, and returns the segments they are in. */
    List<Segment> resume(long group) {
        List<Segment> resumed = new ArrayList<>(segments.getOrDefault(group, new TreeSet<>(Segment.IN_ORDER)));
        for (Segment segment : resumed) {
            Units units = places.get(segment).get(group);
            for (; !units.isEmpty(); units.removeFirst()) {
                segment.deferred.clear(units.first());
                segment.ready.set(units.first());
            }
            drop(group, segment);
        }
        return resumed;
    }

    /** The group of a deferred event. */
    long groupOf(Segment segment, int unit) {
        for (Map.Entry<Long, Units> entry :
                places.getOrDefault(segment, Map.of()).entrySet()) {
            if (entry.getValue().contains(unit)) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("a deferred event of no group in " + segment.name() + " at " + unit);
    }

    void remove(Segment segment) {
        for (Long group : Map.copyOf(places.getOrDefault(segment, Map.of())).keySet()) {
            drop(group, segment);
        }
    }

    void clear() {
        segments.clear();
        places.clear();
    }

    private void drop(long group, Segment segment) {
        TreeSet<Segment> all = segments.get(group);
        all.remove(segment);
        if (all.isEmpty()) {
            segments.remove(group);
        }
        Map<Long, Units> groups = places.get(segment);
        groups.remove(group);
        if (groups.isEmpty()) {
            places.remove(segment);
        }
    }
}
