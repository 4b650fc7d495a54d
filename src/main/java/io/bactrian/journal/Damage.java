package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes of a segment that hold no record, although they did; and how many records, as far as one can tell. */
record Damage(Segment segment, long from, long to, long records) {
    private static final int CHUNK = 64 * 1024;
    private static final int MAX_READ = 1 << 20;

    /** A record at this place, up to where the next one seems to begin: its own length may be what is wrong. */
    static Damage ofRecord(Segment segment, long offset) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long end = segment.end;
        for (long at = offset + RecordFormat.UNIT; at < end; at += CHUNK) {
            segment.file.read(chunk.clear().limit((int) Math.min(CHUNK, end - at)), at);
            chunk.flip();
            for (int index = 0; index < chunk.limit(); index += RecordFormat.UNIT) {
                if (RecordFormat.plausible(chunk, index, segment.salt, at + index)) {
                    return new Damage(segment, offset, at + index, 1);
                }
            }
        }
        return new Damage(segment, offset, end, 1);
    }

    /** The bytes, or the first of very many. */
    byte[] read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(to - from, MAX_READ));
        segment.file.read(bytes, from);
        return bytes.array();
    }

    /** Whether it is a part of another one, or the same. */
    boolean isIn(Damage other) {
        return other.segment == segment && other.from <= from && other.to >= to;
    }

    boolean hit(Segment other, long offset) {
        return other == segment && offset >= from && offset < to;
    }

    /** Whether the event that a state is of was there. */
    boolean hitEvent(StateRecord state) {
        return state.eventSegment() == segment.ordinal && hit(segment, state.eventOffset());
    }
}
