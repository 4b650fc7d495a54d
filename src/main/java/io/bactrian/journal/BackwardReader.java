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
final class BackwardReader {
    private static final int CHUNK = 256 * 1024;
    private static final int CHUNKS_IN_SEGMENT = 16;

    private final CRC32C crc = new CRC32C();
    private final Segment segment;
    private final int chunkBytes;
    private final boolean anyRecordTells;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private long chunkAt;
    /** Everything from here on was handed out. */
    private long from;

    private int[] starts = new int[256];
    private int count;
    private int at;
    private long bytesRead;
    private int probeAt;

    /**
     * @param before only events with a lower sequence are wanted
     * @param skipNewer whether there are others, which are passed over, or nearly so
     */
    BackwardReader(Segment segment, long before, boolean skipNewer) throws IOException {
        this.segment = segment;
        this.from = segment.end;
        this.chunkBytes = (int) Math.max(
                RecordFormat.SEGMENT_HEADER, Math.min(CHUNK, segment.size / CHUNKS_IN_SEGMENT & -RecordFormat.UNIT));
        // of what is kept, states have sequences of their own time
        this.anyRecordTells = segment.isLog();
        if (skipNewer) {
            seek(before);
        }
    }

    /** Moves to the event before; false when there is none. */
    boolean previous() throws IOException {
        while (true) {
            while (count > 0) {
                at = starts[--count];
                if (RecordFormat.type(chunk, at) == RecordFormat.EVENT) {
                    return true;
                }
            }
            if (from <= RecordFormat.SEGMENT_HEADER) {
                return false;
            }
            load();
        }
    }

    ByteBuffer buffer() {
        return chunk;
    }

    /** Index of the event in the buffer. */
    int at() {
        return at;
    }

    /** Place of the event in the segment. */
    long offset() {
        return chunkAt + at;
    }

    /** Bytes read since this was asked last. */
    long takeBytesRead() {
        long bytes = bytesRead;
        bytesRead = 0;
        return bytes;
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

    /** Leaves out most of what is not before a sequence, by halving: the records are in order. */
    private void seek(long before) throws IOException {
        RecordReader reader = new RecordReader(chunkBytes);
        long low = RecordFormat.SEGMENT_HEADER;
        while (from - low > chunkBytes) {
            long middle = low + (from - low) / 2 & -RecordFormat.UNIT;
            long found = firstFrom(reader, middle);
            if (found < 0) {
                return;
            }
            if (RecordFormat.sequence(reader.buffer(), probeAt) >= before) {
                from = found;
            } else {
                low = found;
            }
        }
    }

    /** The first record from an offset on whose sequence tells something, or -1. */
    private long firstFrom(RecordReader reader, long offset) throws IOException {
        long probe = offset;
        while (probe < from) {
            probeAt = reader.read(segment, probe);
            if (probeAt >= 0 && (anyRecordTells || RecordFormat.type(reader.buffer(), probeAt) == RecordFormat.EVENT)) {
                bytesRead += Math.max(chunkBytes, probe - offset);
                return probe;
            }
            probe += probeAt < 0 ? RecordFormat.UNIT : RecordFormat.occupiedAt(reader.buffer(), probeAt);
        }
        bytesRead += from - offset;
        return -1;
    }
}
