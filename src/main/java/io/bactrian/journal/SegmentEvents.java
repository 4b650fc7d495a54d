package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The events of one segment behind a sequence, in one direction. Not safe for threads. */
final class SegmentEvents {
    private final Segment segment;
    private final boolean oldestFirst;
    private final long from;
    private final boolean inOrder;
    private final boolean passesOver;
    private long sequence;
    private EventReader reader;

    /** Called with the journal's lock held. */
    SegmentEvents(Segment segment, boolean oldestFirst, long from) {
        EventRange events = segment.events;
        this.segment = segment;
        this.oldestFirst = oldestFirst;
        this.from = from;
        this.inOrder = events.inOrder();
        this.passesOver = oldestFirst ? from >= events.lowest() : from <= events.highest();
        this.sequence = oldestFirst ? Math.max(events.lowest(), from + 1) : Math.min(events.highest(), from - 1);
    }

    /** Whether a segment may have any. */
    static boolean any(Segment segment, boolean oldestFirst, long from) {
        EventRange events = segment.events;
        return !events.isEmpty() && (oldestFirst ? events.highest() > from : events.lowest() < from);
    }

    Segment segment() {
        return segment;
    }

    boolean isOpen() {
        return reader != null;
    }

    /** Of the present event; none comes before it while it is not open. */
    long sequence() {
        return sequence;
    }

    ByteBuffer buffer() {
        return reader.buffer();
    }

    int at() {
        return reader.at();
    }

    long offset() {
        return reader.offset();
    }

    /** Bytes read since this was asked last. */
    long takeBytesRead() {
        return reader == null ? 0 : reader.takeBytesRead();
    }

    /** Moves to the next event, at first to the first one; false when there is none. */
    boolean advance() throws IOException {
        if (reader == null) {
            reader = open();
        }
        while (reader.next()) {
            sequence = RecordFormat.sequence(buffer(), at());
            if (oldestFirst ? sequence > from : sequence < from) {
                return true;
            }
        }
        return false;
    }

    private EventReader open() throws IOException {
        if (!inOrder) {
            return new SortedReader(segment, oldestFirst, from);
        }
        return oldestFirst
                ? new ForwardReader(segment, from, passesOver)
                : new BackwardReader(segment, from, passesOver);
    }
}
