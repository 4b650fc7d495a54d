package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The events of one segment below a sequence, from the highest sequence to the lowest. Not safe for threads. */
final class SegmentEvents {
    private final Segment segment;
    private final long before;
    private final boolean inOrder;
    private final boolean skipNewer;
    private long sequence;
    private long bytesRead;

    private BackwardReader backward;
    /** Of a segment whose events are not in order: sequence and offset of each, the highest last. */
    private long[] catalogue;

    private int left;
    private RecordReader reader;
    private int at;
    private long offset;

    /** Called with the journal's lock held. */
    SegmentEvents(Segment segment, long before) {
        this.segment = segment;
        this.before = before;
        this.inOrder = segment.events.inOrder();
        this.skipNewer = before <= segment.events.highest();
        this.sequence = Math.min(segment.events.highest(), before - 1);
    }

    Segment segment() {
        return segment;
    }

    boolean isOpen() {
        return backward != null || catalogue != null;
    }

    /** Of the present event; no event has a higher one while it is not open. */
    long sequence() {
        return sequence;
    }

    ByteBuffer buffer() {
        return backward != null ? backward.buffer() : reader.buffer();
    }

    int at() {
        return backward != null ? backward.at() : at;
    }

    long offset() {
        return backward != null ? backward.offset() : offset;
    }

    /** Bytes read since this was asked last. */
    long takeBytesRead() {
        long bytes = bytesRead + (backward == null ? 0 : backward.takeBytesRead());
        bytesRead = 0;
        return bytes;
    }

    /** Moves to the next older event, at first to the newest; false when there is none. */
    boolean advance() throws IOException {
        if (!isOpen()) {
            open();
        }
        while (backward != null ? backward.previous() : previous()) {
            sequence = RecordFormat.sequence(buffer(), at());
            if (sequence < before) {
                return true;
            }
        }
        return false;
    }

    private void open() throws IOException {
        if (inOrder) {
            backward = new BackwardReader(segment, before, skipNewer);
            return;
        }
        reader = new RecordReader(1 << 16);
        long[] found = new long[256];
        int count = 0;
        for (long place = RecordFormat.SEGMENT_HEADER; place < segment.end; ) {
            int index = reader.read(segment, place);
            if (index < 0) {
                place += RecordFormat.UNIT;
                continue;
            }
            if (RecordFormat.type(reader.buffer(), index) == RecordFormat.EVENT) {
                found = count == found.length ? Arrays.copyOf(found, count * 2) : found;
                found[count++] = RecordFormat.sequence(reader.buffer(), index) << 24 | place / RecordFormat.UNIT;
            }
            place += RecordFormat.occupiedAt(reader.buffer(), index);
        }
        bytesRead += segment.end;
        Arrays.sort(found, 0, count);
        catalogue = found;
        left = count;
    }

    private boolean previous() throws IOException {
        while (left > 0) {
            offset = (catalogue[--left] & 0xFFFFFF) * RecordFormat.UNIT;
            if (catalogue[left] >>> 24 >= before) {
                continue;
            }
            at = reader.read(segment, offset);
            if (at >= 0) {
                bytesRead += RecordFormat.occupiedAt(reader.buffer(), at);
                return true;
            }
        }
        return false;
    }
}
