package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads the event records of a segment from the newest to the oldest, a chunk at a time. Records carry no link to the one
 * before: in each chunk the first place with the mark of this segment is looked for, and from there they are followed
 * forwards. Not safe for threads.
 */
final class BackwardReader extends EventReader {
    private final CRC32C crc = new CRC32C();
    private final int chunkBytes;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private long chunkAt;
    /** Everything from here on was handed out. */
    private long from;

    private int[] starts = new int[256];
    private int count;

    /**
     * @param before only events with a lower sequence are wanted
     * @param skipNewer whether there are others, which are passed over, or nearly so
     */
    BackwardReader(Segment segment, long before, boolean skipNewer) throws IOException {
        super(segment);
        this.from = segment.end;
        this.chunkBytes = SegmentSearch.chunkBytes(segment);
        if (skipNewer) {
            SegmentSearch search = new SegmentSearch(segment, before);
            from = search.high();
            bytesRead = search.bytesRead();
        }
    }

    /** Moves to the event before. */
    @Override
    boolean next() throws IOException {
        while (true) {
            while (count > 0) {
                at = starts[--count];
                if (RecordFormat.type(chunk, at) == RecordFormat.EVENT) {
                    offset = chunkAt + at;
                    return true;
                }
            }
            if (from <= RecordFormat.SEGMENT_HEADER) {
                return false;
            }
            load();
        }
    }

    @Override
    ByteBuffer buffer() {
        return chunk;
    }

    private void load() throws IOException {
        for (long size = chunkBytes; ; size *= 2) {
            long begin = Math.max(RecordFormat.SEGMENT_HEADER, from - size);
            read(begin, (int) (from - begin));
            follow();
            if (count > 0 || begin == RecordFormat.SEGMENT_HEADER) {
                from = count > 0 ? begin + starts[0] : RecordFormat.SEGMENT_HEADER;
                return;
            }
            // one record covers all of it
        }
    }

    private void read(long begin, int length) throws IOException {
        if (chunk.capacity() < length) {
            chunk = ByteBuffer.allocate(Math.max(length, chunkBytes));
        }
        chunk.clear().limit(length);
        segment.file.read(chunk, begin);
        chunk.flip();
        chunkAt = begin;
        bytesRead += length;
    }

    private void follow() {
        count = 0;
        for (int index = 0; index + RecordFormat.UNIT <= chunk.limit(); ) {
            if (RecordFormat.valid(chunk, index, segment.salt, chunkAt + index, crc)) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = index;
                index += RecordFormat.occupiedAt(chunk, index);
            } else {
                index += RecordFormat.UNIT;
            }
        }
    }
}
