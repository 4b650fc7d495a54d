package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads the events of a segment that does not hold them in order: finds out where they are first, eight bytes each. */
final class SortedReader extends EventReader {
    private final boolean oldestFirst;
    private final RecordReader reader = new RecordReader(1 << 16);
    /** Sequence and place of each event that is wanted, the lowest first. */
    private final long[] found;

    private int next;

    /** @param from only events behind this sequence are wanted, in the direction of reading */
    SortedReader(Segment segment, boolean oldestFirst, long from) throws IOException {
        super(segment);
        this.oldestFirst = oldestFirst;
        this.found = find(from);
        this.next = oldestFirst ? 0 : found.length - 1;
    }

    private long[] find(long from) throws IOException {
        long[] events = new long[256];
        int count = 0;
        for (long place = RecordFormat.SEGMENT_HEADER; place < segment.end; ) {
            int index = reader.read(segment, place);
            if (index < 0) {
                place += RecordFormat.UNIT;
                continue;
            }
            long sequence = RecordFormat.sequence(reader.buffer(), index);
            if (RecordFormat.type(reader.buffer(), index) == RecordFormat.EVENT
                    && (oldestFirst ? sequence > from : sequence < from)) {
                events = count == events.length ? Arrays.copyOf(events, count * 2) : events;
                events[count++] = sequence << 24 | place / RecordFormat.UNIT;
            }
            place += RecordFormat.occupiedAt(reader.buffer(), index);
        }
        bytesRead += segment.end;
        long[] sorted = Arrays.copyOf(events, count);
        Arrays.sort(sorted);
        return sorted;
    }

    @Override
    boolean next() throws IOException {
        while (next >= 0 && next < found.length) {
            offset = (found[next] & 0xFFFFFF) * RecordFormat.UNIT;
            next += oldestFirst ? 1 : -1;
            at = reader.read(segment, offset);
            if (at >= 0) {
                bytesRead += RecordFormat.occupiedAt(reader.buffer(), at);
                return true;
            }
        }
        return false;
    }

    @Override
    ByteBuffer buffer() {
        return reader.buffer();
    }
}
