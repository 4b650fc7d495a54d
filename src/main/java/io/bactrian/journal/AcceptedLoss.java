package io.bactrian.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is missing of a journal, and, once the rest has been read, which records went with it. */
final class AcceptedLoss {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private record Hole(Manifest.Entry entry, String what) {}

    private record Range(long first, long last) {}

    private final List<Hole> holes = new ArrayList<>();
    /** First and last sequence of each part of the log that was read, by its position. */
    private final TreeMap<Long, Range> read = new TreeMap<>();

    void add(Manifest.Entry entry, String what) {
        holes.add(new Hole(entry, what));
    }

    boolean isEmpty() {
        return holes.isEmpty();
    }

    /** What is missing, for a message. */
    String what() {
        return String.join(", ", holes.stream().map(Hole::what).toList());
    }

    boolean concerns(Segment segment) {
        return holes.stream().anyMatch(hole -> hole.entry.ordinal() == segment.ordinal);
    }

    /** A part of the log was read; nothing is known of one without records. */
    void scanned(Segment segment, long firstSequence, long lastSequence) {
        if (firstSequence >= 0) {
            read.put(segment.position, new Range(firstSequence, lastSequence));
        }
    }

    /** Logs which records are given up, and returns how many: what cannot be known counts as one a file. */
    long report(Path directory) {
        long lost = 0;
        Set<Range> ranges = new LinkedHashSet<>();
        for (Hole hole : holes) {
            Range range = range(hole.entry);
            if (range == null || range.last < range.first) {
                lost++;
                LOG.error(
                        "journal gives up a file directory={} damage=\"{}\" lost=\"{}\"",
                        directory,
                        hole.what,
                        unknown(hole.entry, range));
            } else if (ranges.add(range)) {
                lost += range.last - range.first + 1;
                LOG.error(
                        "journal gives up records directory={} damage=\"{}\" first={} last={}",
                        directory,
                        hole.what,
                        range.first,
                        range.last);
            }
        }
        return lost;
    }

    private static String unknown(Manifest.Entry entry, Range range) {
        if (entry.kind() != Segment.LOG) {
            return "copies of earlier records";
        }
        return range == null ? "what was written last" : "nothing that was written, as far as one can tell";
    }

    /** The sequences between what was read before and after a part of the log, or null when nothing was after it. */
    private Range range(Manifest.Entry entry) {
        if (entry.kind() != Segment.LOG) {
            return null;
        }
        Map.Entry<Long, Range> before = read.floorEntry(entry.position());
        Map.Entry<Long, Range> after = read.higherEntry(entry.position());
        if (after == null) {
            return null;
        }
        return new Range(before == null ? 1 : before.getValue().last + 1, after.getValue().first - 1);
    }
}
