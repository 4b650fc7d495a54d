package io.bactrian.journal;

import java.io.IOException;

/** Finds by halving where the events from a sequence on begin, in a segment whose records are in order. Not safe for threads. */
final class SegmentSearch {
    private static final int CHUNK = 256 * 1024;
    private static final int CHUNKS_IN_SEGMENT = 16;

    private final Segment segment;
    private final int chunkBytes;
    private final RecordReader reader;
    private final boolean anyRecordTells;
    private long low = RecordFormat.SEGMENT_HEADER;
    private long high;
    private int probeAt;
    private long bytesRead;

    /** Looks for the first event whose sequence is at least this one. */
    SegmentSearch(Segment segment, long sequence) throws IOException {
        this.segment = segment;
        this.chunkBytes = chunkBytes(segment);
        this.reader = new RecordReader(chunkBytes);
        // of what is kept, states have sequences of their own time
        this.anyRecordTells = segment.isLog();
        this.high = segment.end;
        halve(sequence);
    }

    /** How much of a segment is read at once. */
    static int chunkBytes(Segment segment) {
        return (int) Math.max(
                RecordFormat.SEGMENT_HEADER, Math.min(CHUNK, segment.size / CHUNKS_IN_SEGMENT & -RecordFormat.UNIT));
    }

    /** Where a record begins before which all events are lower; it is lower itself, or the first one. */
    long low() {
        return low;
    }

    /** Where a record begins from which on no event is lower, mostly less than a chunk behind {@link #low}; or the end. */
    long high() {
        return high;
    }

    long bytesRead() {
        return bytesRead;
    }

    private void halve(long sequence) throws IOException {
        while (high - low > chunkBytes) {
            long middle = low + (high - low) / 2 & -RecordFormat.UNIT;
            long found = firstFrom(middle);
            if (found < 0) {
                return;
            }
            if (RecordFormat.sequence(reader.buffer(), probeAt) >= sequence) {
                high = found;
            } else {
                low = found;
            }
        }
    }

    /** The first record from an offset on whose sequence tells something, or -1. */
    private long firstFrom(long offset) throws IOException {
        long probe = offset;
        while (probe < high) {
            probeAt = reader.read(segment, probe);
            if (probeAt >= 0 && (anyRecordTells || RecordFormat.type(reader.buffer(), probeAt) == RecordFormat.EVENT)) {
                bytesRead += Math.max(chunkBytes, probe - offset);
                return probe;
            }
            probe += probeAt < 0 ? RecordFormat.UNIT : RecordFormat.occupiedAt(reader.buffer(), probeAt);
        }
        bytesRead += high - offset;
        return -1;
    }
}
