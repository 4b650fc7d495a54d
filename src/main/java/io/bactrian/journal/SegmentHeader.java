package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The first 4096 bytes of a segment: what the manifest says of it, so that a lost manifest can be made again. */
final class SegmentHeader {
    private static final long MAGIC = 0x42414354_53454731L; // "BACTSEG1"
    private static final int CRC_AT = 60;

    private SegmentHeader() {}

    static ByteBuffer encode(Manifest.Entry entry) {
        ByteBuffer header = ByteBuffer.allocate(RecordFormat.SEGMENT_HEADER);
        header.putLong(MAGIC).putInt(Manifest.VERSION).putInt(entry.kind());
        header.putLong(entry.ordinal()).putLong(entry.position()).putLong(entry.salt());
        header.putLong(entry.size()).putLong(entry.end());
        return header.putInt(CRC_AT, crc(header)).rewind();
    }

    /** The entry a header describes, or null when it is damaged. */
    static Manifest.Entry decode(ByteBuffer header) {
        if (header.limit() < RecordFormat.SEGMENT_HEADER
                || header.getLong(0) != MAGIC
                || header.getInt(8) != Manifest.VERSION
                || header.getInt(CRC_AT) != crc(header)) {
            return null;
        }
        return new Manifest.Entry(
                header.getLong(16),
                header.getLong(24),
                header.getLong(32),
                header.getLong(40),
                header.getInt(12),
                header.getLong(48));
    }

    private static int crc(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
