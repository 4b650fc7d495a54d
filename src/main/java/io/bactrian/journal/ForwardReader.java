package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the event records of a segment from the oldest to the newest, as far as they are durable by then. */
final class ForwardReader extends EventReader {
    private final RecordReader reader;
    private long place = RecordFormat.SEGMENT_HEADER;

    /**
     * @param after only events with a higher sequence are wanted
     * @param skipOlder whether there are others, which are passed over, or nearly so
     */
    ForwardReader(Segment segment, long after, boolean skipOlder) throws IOException {
        super(segment);
        this.reader = new RecordReader(SegmentSearch.chunkBytes(segment));
        if (skipOlder) {
            SegmentSearch search = new SegmentSearch(segment, after + 1);
            place = search.low();
            bytesRead = search.bytesRead();
        }
    }

    @Override
    boolean next() throws IOException {
        while (place < segment.end) {
            at = reader.read(segment, place);
            offset = place;
            int bytes = at < 0 ? RecordFormat.UNIT : RecordFormat.occupiedAt(reader.buffer(), at);
            place += bytes;
            bytesRead += bytes;
            if (at >= 0 && RecordFormat.type(reader.buffer(), at) == RecordFormat.EVENT) {
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
