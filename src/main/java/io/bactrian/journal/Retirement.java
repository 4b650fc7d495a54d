package io.bactrian.journal;

import java.util.ArrayList;
import java.util.List;

/** Chooses the segments that can go. Called with the journal's lock held. */
final class Retirement {
    /** So many small files of one kind are made one. */
    private static final int MERGE = 8;
    /** A segment with at most this share of its events pending is copied forward. */
    private static final int COPY_SHARE = 4;

    private static final long SOFT_PERCENT = 80;

    private final Core core;

    Retirement(Core core) {
        this.core = core;
    }

    List<Segment> choose() {
        long now = core.now();
        core.aboveSoftLimit = core.noRoom != null || core.segments.bytes() * 100 > core.config.maxSize() * SOFT_PERCENT;
        if (core.aboveSoftLimit) {
            core.holdShortenedAt = core.clock.nanos();
        }
        List<Segment> keys = new ArrayList<>();
        List<Segment> deads = new ArrayList<>();
        Neighbours neighbours = new Neighbours();
        for (Segment segment : core.segments.inOrder()) {
            if (!segment.closed || segment.isPostponed(core.clock.nanos()) || isHeld(segment)) {
                neighbours.keepApart(segment);
                continue;
            }
            if (isOver(segment, now) && !outcomesComeFirst(segment)) {
                return List.of(segment);
            }
            collect(segment, Segment.KEPT_KEYS, keys);
            collect(segment, Segment.KEPT_DEAD, deads);
            if (segment.kind == Segment.KEPT_PENDING && isSmall(segment)) {
                neighbours.add(segment);
            } else {
                neighbours.keepApart(segment);
            }
        }
        for (List<Segment> small : List.of(keys, deads, neighbours.run)) {
            if (small.size() >= MERGE) {
                return fitting(small);
            }
        }
        return List.of();
    }

    /** The first of them that make one file of at most a segment: {@link #MERGE} always do. */
    private List<Segment> fitting(List<Segment> small) {
        long bytes = 0;
        int count = 0;
        while (count < small.size() && bytes + small.get(count).size <= core.config.segmentSize()) {
            bytes += small.get(count++).size;
        }
        return List.copyOf(small.subList(0, count));
    }

    /** Pending events keep their order, so only files that follow each other become one. */
    private static final class Neighbours {
        private final List<Segment> run = new ArrayList<>();
        private boolean ended;

        void add(Segment segment) {
            if (!ended) {
                run.add(segment);
            }
        }

        /** What comes behind a file with pending events must stay behind it. */
        void keepApart(Segment segment) {
            if (segment.pending == 0) {
                return;
            }
            if (run.size() >= MERGE) {
                ended = true;
            } else {
                run.clear();
            }
        }
    }

    private boolean isSmall(Segment segment) {
        return segment.size < core.config.segmentSize() / MERGE;
    }

    private void collect(Segment segment, int kind, List<Segment> small) {
        if (segment.kind == kind && isSmall(segment) && segment.pending == 0) {
            small.add(segment);
        }
    }

    private boolean isOver(Segment segment, long now) {
        return switch (segment.kind) {
            case Segment.KEPT_KEYS ->
                segment.pending == 0
                        && now - segment.lastTime > core.dedupeWindow().toMillis() * 5 / 4;
            case Segment.KEPT_DEAD ->
                segment.pending == 0
                        && now - segment.lastTime > core.config.deadRetention().toMillis() * 5 / 4;
            default -> isSparse(segment);
        };
    }

    private static boolean isSparse(Segment segment) {
        return segment.pending * (long) COPY_SHARE <= segment.records
                || (segment.isLog() && segment.end * COPY_SHARE <= segment.size);
    }

    /** Before its outcomes are written its events would be copied as if they were pending; without room that must be. */
    private boolean outcomesComeFirst(Segment segment) {
        return !core.segments.prepared.isEmpty() && core.hasUnsaved(segment);
    }

    /**
     * Whether a segment is kept because one of its events was processed not long ago, or is held for a replay. One that has nothing but outcomes is kept as
     * long, so that nothing is copied while a backlog drains, when there is better use for the processor.
     */
    boolean isHeld(Segment segment) {
        long since = segment.isLog() && segment.records == 0 ? segment.lastTime : segment.processedAt;
        return !core.aboveSoftLimit
                && segment.kind != Segment.KEPT_KEYS
                && since != 0
                && (core.now() - since <= core.config.hold().toMillis() || isHeldForReplay(segment));
    }

    private boolean isHeldForReplay(Segment segment) {
        return !core.heldMarks.isEmpty() && segment.records > 0 && segment.firstTime <= core.heldMarks.last();
    }
}
