package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a record, as {@code docs/journal-format.md} describes them. Records begin at multiples of {@link #UNIT}, and
 * the padding belongs to the record. All numbers are big-endian.
 */
final class RecordFormat {
    static final int UNIT = 64;
    static final int SEGMENT_HEADER = 4096;
    /** The segment header and the record that opens a segment. */
    static final int SEGMENT_OVERHEAD = SEGMENT_HEADER + 4096;

    static final int HEADER = 56;

    static final byte EVENT = 1;
    static final byte STATE = 2;
    static final byte START = 3;
    static final byte CLOSE = 4;

    /** The record was written again with its old sequence, behind newer ones. */
    static final byte COPY = 1;

    /** The key of records that have none. */
    static final Key NO_KEY = new Key(0, 0);

    private static final int CRC_AT = 0;
    private static final int MARK_AT = 4;
    private static final int LENGTH_AT = 8;
    private static final int TYPE_AT = 12;
    private static final int FLAGS_AT = 13;
    private static final int SEQUENCE_AT = 16;
    private static final int TIME_AT = 24;
    private static final int KEY_AT = 32;
    private static final int BATCH_AT = 48;

    private RecordFormat() {}

    /** The bytes a record with such a body occupies. */
    static int occupied(int bodyLength) {
        return (HEADER + bodyLength + UNIT - 1) & -UNIT;
    }

    /** Writes a record without what is decided when it is written: sequence, mark, batch and CRC. Moves the buffer behind it. */
    static void put(ByteBuffer buffer, byte type, long time, Key key, byte[] body) {
        int at = buffer.position();
        int length = HEADER + body.length;
        buffer.putInt(0).putInt(0).putInt(length);
        buffer.put(type).put((byte) 0).putShort((short) 0);
        buffer.putLong(0).putLong(time).putLong(key.high()).putLong(key.low());
        buffer.putLong(0).put(body);
        for (int end = at + occupied(body.length); buffer.position() < end; ) {
            buffer.put((byte) 0);
        }
    }

    /** Gives the record at an index of the buffer its sequence. */
    static void setSequence(ByteBuffer buffer, int at, long sequence) {
        buffer.putLong(at + SEQUENCE_AT, sequence);
    }

    /** Completes the record at an index of the buffer for its place in a segment. */
    static void seal(ByteBuffer buffer, int at, long salt, long offset, long batchOffset, CRC32C crc) {
        buffer.putInt(at + MARK_AT, mark(salt, offset));
        buffer.putInt(at + BATCH_AT, (int) (batchOffset / UNIT));
        buffer.putInt(at + CRC_AT, crc(buffer, at, occupiedAt(buffer, at), crc));
    }

    /**
     * Whether a valid record of the segment begins at an index of the buffer, which is a place in that segment. A record that
     * goes beyond the buffer's limit is not valid.
     */
    static boolean valid(ByteBuffer buffer, int at, long salt, long offset, CRC32C crc) {
        if (!plausible(buffer, at, salt, offset)) {
            return false;
        }
        int occupied = occupiedAt(buffer, at);
        return occupied <= buffer.limit() - at && buffer.getInt(at + CRC_AT) == crc(buffer, at, occupied, crc);
    }

    /** Whether mark and length at an index look like a record of the segment, whose rest may lie beyond the limit. */
    static boolean plausible(ByteBuffer buffer, int at, long salt, long offset) {
        if (buffer.limit() - at < UNIT || buffer.getInt(at + MARK_AT) != mark(salt, offset)) {
            return false;
        }
        int length = buffer.getInt(at + LENGTH_AT);
        byte type = buffer.get(at + TYPE_AT);
        return length >= HEADER && length <= Integer.MAX_VALUE - UNIT && type >= EVENT && type <= CLOSE;
    }

    static int occupiedAt(ByteBuffer buffer, int at) {
        return occupied(buffer.getInt(at + LENGTH_AT) - HEADER);
    }

    static byte type(ByteBuffer buffer, int at) {
        return buffer.get(at + TYPE_AT);
    }

    static boolean isCopy(ByteBuffer buffer, int at) {
        return (buffer.get(at + FLAGS_AT) & COPY) != 0;
    }

    static void setCopy(ByteBuffer buffer, int at) {
        buffer.put(at + FLAGS_AT, (byte) (buffer.get(at + FLAGS_AT) | COPY));
    }

    static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_AT);
    }

    static long time(ByteBuffer buffer, int at) {
        return buffer.getLong(at + TIME_AT);
    }

    static Key key(ByteBuffer buffer, int at) {
        return new Key(buffer.getLong(at + KEY_AT), buffer.getLong(at + KEY_AT + 8));
    }

    static long keyHigh(ByteBuffer buffer, int at) {
        return buffer.getLong(at + KEY_AT);
    }

    static long keyLow(ByteBuffer buffer, int at) {
        return buffer.getLong(at + KEY_AT + 8);
    }

    /** Where the batch that was forced together with this record begins in the segment. */
    static long batchOffset(ByteBuffer buffer, int at) {
        return Integer.toUnsignedLong(buffer.getInt(at + BATCH_AT)) * UNIT;
    }

    static byte[] body(ByteBuffer buffer, int at) {
        byte[] body = new byte[buffer.getInt(at + LENGTH_AT) - HEADER];
        buffer.get(at + HEADER, body);
        return body;
    }

    /** A big-endian view of the buffer's remaining bytes, for reading a body. */
    static ByteBuffer bodyView(ByteBuffer buffer, int at) {
        return buffer.slice(at + HEADER, buffer.getInt(at + LENGTH_AT) - HEADER).order(ByteOrder.BIG_ENDIAN);
    }

    /** A number that only this place in this segment has: what an earlier use of the file left behind never matches. */
    static int mark(long salt, long offset) {
        long mixed = (salt ^ offset) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32);
    }

    private static int crc(ByteBuffer buffer, int at, int occupied, CRC32C crc) {
        crc.reset();
        crc.update(buffer.slice(at + MARK_AT, occupied - MARK_AT));
        return (int) crc.getValue();
    }
}
