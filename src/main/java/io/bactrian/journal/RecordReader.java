package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads records at known places, ahead in chunks. Not safe for threads. */
final class RecordReader {
    private final CRC32C crc = new CRC32C();
    private ByteBuffer chunk;
    private Segment chunkOf;
    private long chunkAt;
    private int at;

    RecordReader(int chunkBytes) {
        chunk = ByteBuffer.allocateDirect(chunkBytes).limit(0);
    }

    /** Makes {@link #buffer} hold the valid record at an offset of a segment and returns its index, or -1 when it is damaged. */
    int read(Segment segment, long offset) throws IOException {
        return read(segment, offset, segment.end);
    }

    /** The same while a segment is scanned, when its end is not known yet. */
    int readUnended(Segment segment, long offset) throws IOException {
        return read(segment, offset, Math.min(segment.size, segment.file.size()));
    }

    private int read(Segment segment, long offset, long end) throws IOException {
        at = readAt(segment, offset, end);
        return at;
    }

    private int readAt(Segment segment, long offset, long end) throws IOException {
        if (chunkOf != segment || offset < chunkAt || offset + RecordFormat.UNIT > chunkAt + chunk.limit()) {
            fill(segment, offset, end);
        }
        int begin = (int) (offset - chunkAt);
        if (!RecordFormat.plausible(chunk, begin, segment.salt, offset)) {
            return -1;
        }
        int occupied = RecordFormat.occupiedAt(chunk, begin);
        if (begin + occupied > chunk.limit()) {
            if (occupied > segment.size - offset) {
                return -1;
            }
            if (occupied > chunk.capacity()) {
                chunk = ByteBuffer.allocateDirect(occupied);
            }
            fill(segment, offset, end);
            begin = 0;
        }
        return RecordFormat.valid(chunk, begin, segment.salt, offset, crc) ? begin : -1;
    }

    /** The index of the record that was read last. */
    int at() {
        return at;
    }

    ByteBuffer buffer() {
        return chunk;
    }

    private void fill(Segment segment, long offset, long end) throws IOException {
        chunkOf = null;
        chunk.clear().limit((int) Math.max(0, Math.min(chunk.capacity(), end - offset)));
        segment.file.read(chunk, offset);
        chunk.flip();
        chunkOf = segment;
        chunkAt = offset;
    }
}
