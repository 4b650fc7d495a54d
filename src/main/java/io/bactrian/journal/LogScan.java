package io.bactrian.journal;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads all segments in the order in which their records are to be believed: kept ones first, then the log. */
final class LogScan {

    /** Hears of each part of the log that was read. */
    interface Scanned {
        /** @param knownEnd where its records end for sure, or 0 when only reading tells */
        void log(Segment segment, long knownEnd) throws IOException;
    }

    private final SegmentTable segments;
    private final SegmentScanner scanner;
    private final Predicate<Segment> cut;

    /** @param cut whether a file is shorter than it was, so that it ends where its records do */
    LogScan(SegmentTable segments, SegmentScanner scanner, Predicate<Segment> cut) {
        this.segments = segments;
        this.scanner = scanner;
        this.cut = cut;
    }

    void run(SegmentScanner.Visitor visitor, Scanned scanned) throws IOException {
        List<Segment> kept = segments.inOrder().stream()
                .filter(segment -> !segment.isLog())
                .sorted(Comparator.comparingLong(segment -> segment.ordinal))
                .toList();
        for (Segment segment : kept) {
            scanner.scan(segment, cut.test(segment) ? 0 : segment.end, visitor);
        }
        List<Segment> log = segments.inOrder().stream().filter(Segment::isLog).toList();
        Map<Long, Long> ends = new HashMap<>();
        for (Segment segment : log) {
            scanner.readStart(segment, ends);
        }
        for (Segment segment : log) {
            long told = segment.closed ? segment.end : ends.getOrDefault(segment.ordinal, 0L);
            boolean readToTheCut = cut.test(segment) && told >= segment.size;
            scanner.scan(segment, readToTheCut ? 0 : told, visitor);
            scanned.log(segment, readToTheCut ? segment.end : told);
        }
    }
}
