package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads a segment from front to back and tells torn ends from corruption. */
final class SegmentScanner {
    private static final int CHUNK = 4 << 20;

    /** Takes what is found. */
    interface Visitor {
        /** A valid record begins at an index of the buffer. */
        void record(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException;

        /** Bytes that had been durable are damaged; how many records, as far as one can tell. */
        void corrupt(Segment segment, long from, long to, long records) throws IOException;
    }

    private final CRC32C crc = new CRC32C();
    private ByteBuffer chunk;
    private long chunkAt;
    private Segment segment;
    private long limit;

    /** Bytes without a record in what may be the last batch, which may be torn unless another one follows. */
    private final List<Damage> gaps = new ArrayList<>();

    private long firstSequence;
    private long lastSequence;
    private long lastBatch;
    private boolean endsClean;
    private boolean empty;

    SegmentScanner(JournalConfig config) {
        chunk = ByteBuffer.allocateDirect(config.chunk(CHUNK));
    }

    /** Whether the last scan found no record. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether the last record said that everything before it is durable. */
    boolean endsClean() {
        return endsClean;
    }

    /** The sequence of the first record of the last scan that is no copy, or -1. */
    long firstSequence() {
        return firstSequence;
    }

    /** The same of the last record. */
    long lastSequence() {
        return lastSequence;
    }

    /** Where the last batch begins: nothing before it can be torn. */
    long lastBatch() {
        return lastBatch;
    }

    /** Scans to a known end, or (0) as far as there are records; sets the segment's end behind the last one. */
    void scan(Segment scanned, long knownEnd, Visitor visitor) throws IOException {
        segment = scanned;
        limit = knownEnd != 0 ? knownEnd : Math.min(segment.size, segment.file.size());
        chunkAt = 0;
        chunk.clear().limit(0);
        lastBatch = RecordFormat.SEGMENT_HEADER;
        endsClean = false;
        empty = true;
        firstSequence = -1;
        lastSequence = -1;
        gaps.clear();
        long end = RecordFormat.SEGMENT_HEADER;
        long offset = RecordFormat.SEGMENT_HEADER;
        while (offset < limit) {
            int at = recordAt(offset);
            if (at < 0) {
                offset += RecordFormat.UNIT;
                continue;
            }
            boolean copy = RecordFormat.isCopy(chunk, at);
            long sequence = RecordFormat.sequence(chunk, at);
            long batch = RecordFormat.batchOffset(chunk, at);
            if (offset > end) {
                long records = copy || lastSequence < 0 ? 1 : Math.max(1, sequence - lastSequence - 1);
                gaps.add(new Damage(segment, end, offset, records));
            }
            if (!gaps.isEmpty() && tell(knownEnd == 0 ? batch : offset, visitor)) {
                at = recordAt(offset);
            }
            visitor.record(segment, offset, chunk, at);
            empty = false;
            lastBatch = batch;
            if (!copy) {
                firstSequence = firstSequence < 0 ? sequence : firstSequence;
                lastSequence = sequence;
            }
            endsClean = RecordFormat.type(chunk, at) == RecordFormat.CLOSE && batch == offset;
            segment.touched(RecordFormat.time(chunk, at));
            offset += RecordFormat.occupiedAt(chunk, at);
            end = offset;
        }
        if (knownEnd != 0 && end < knownEnd) {
            visitor.corrupt(segment, end, knownEnd, 1);
            end = knownEnd;
        }
        segment.end = end;
    }

    /** Tells of the gaps that begin before what was surely durable, and returns whether there were any. */
    private boolean tell(long durable, Visitor visitor) throws IOException {
        List<Damage> corrupt = gaps.stream().filter(gap -> gap.from() < durable).toList();
        for (Damage gap : corrupt) {
            visitor.corrupt(gap.segment(), gap.from(), gap.to(), gap.records());
        }
        return gaps.removeAll(corrupt);
    }

    /** Puts the ends of other segments that the first record of this one tells into the map. */
    void readStart(Segment scanned, Map<Long, Long> ends) throws IOException {
        segment = scanned;
        limit = Math.min(segment.size, RecordFormat.SEGMENT_OVERHEAD);
        chunk.clear().limit(0);
        int at = recordAt(RecordFormat.SEGMENT_HEADER);
        if (at >= 0 && RecordFormat.type(chunk, at) == RecordFormat.START) {
            ByteBuffer body = RecordFormat.bodyView(chunk, at);
            while (body.remaining() >= 16) {
                ends.put(body.getLong(), body.getLong());
            }
        }
    }

    /** The index of the valid record at an offset, or -1. */
    private int recordAt(long offset) throws IOException {
        if (offset < chunkAt || offset + RecordFormat.UNIT > chunkAt + chunk.limit()) {
            fill(offset);
        }
        int at = (int) (offset - chunkAt);
        if (!RecordFormat.plausible(chunk, at, segment.salt, offset)) {
            return -1;
        }
        int occupied = RecordFormat.occupiedAt(chunk, at);
        if (occupied > limit - offset) {
            return -1;
        }
        if (at + occupied > chunk.limit()) {
            if (occupied > chunk.capacity()) {
                chunk = ByteBuffer.allocateDirect(occupied);
            }
            fill(offset);
            at = 0;
        }
        return RecordFormat.valid(chunk, at, segment.salt, offset, crc) ? at : -1;
    }

    private void fill(long offset) throws IOException {
        chunk.clear().limit((int) Math.min(chunk.capacity(), limit - offset));
        segment.file.read(chunk, offset);
        chunk.flip();
        chunkAt = offset;
    }
}
