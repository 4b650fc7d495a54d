package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a segment of kept records at once; it counts when the manifest names it. */
final class KeptWriter {
    private static final int BUFFER = 1 << 20;

    /** What is to be kept does not fit into one file. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(long capacity) {
            super("what is needed of them takes more than " + capacity + " bytes");
        }
    }

    private final Storage storage;
    private final int kind;
    private final long ordinal;
    private final long position;
    private final long salt;
    private final CRC32C crc = new CRC32C();
    private final StoredFile file;
    private final long capacity;
    private final EventRange events = new EventRange();
    private ByteBuffer buffer;
    private long written = RecordFormat.SEGMENT_HEADER;

    KeptWriter(Core core, int kind, long ordinal, long position, long salt) throws IOException {
        this.storage = core.storage;
        this.capacity = core.config.keptCapacity();
        this.buffer = ByteBuffer.allocateDirect(core.config.chunk(BUFFER));
        this.kind = kind;
        this.ordinal = ordinal;
        this.position = position;
        this.salt = salt;
        this.file = storage.create(Manifest.name(ordinal), 0);
    }

    long ordinal() {
        return ordinal;
    }

    EventRange events() {
        return events;
    }

    /** Where the next record will be. */
    long offset() {
        return written + buffer.position();
    }

    boolean isEmpty() {
        return offset() == RecordFormat.SEGMENT_HEADER;
    }

    /** Copies the record at an index of a buffer, with its sequence and time. */
    long copy(ByteBuffer source, int at) throws IOException {
        int occupied = RecordFormat.occupiedAt(source, at);
        makeRoom(occupied);
        int to = buffer.position();
        buffer.put(source.slice(at, occupied));
        if (RecordFormat.type(source, at) == RecordFormat.EVENT) {
            events.add(RecordFormat.sequence(source, at));
        }
        return seal(to);
    }

    /** Writes a state record anew, with the sequence it had. */
    long put(StateRecord record, long sequence) throws IOException {
        byte[] body = record.encode();
        makeRoom(RecordFormat.occupied(body.length));
        int to = buffer.position();
        RecordFormat.put(buffer, RecordFormat.STATE, record.time(), record.key(), body);
        RecordFormat.setSequence(buffer, to, sequence);
        return seal(to);
    }

    /** Makes everything durable and returns what the manifest has to say. */
    Manifest.Entry finish() throws IOException {
        drain();
        Manifest.Entry entry = new Manifest.Entry(ordinal, position, salt, written, kind, written);
        file.write(SegmentHeader.encode(entry), 0);
        file.force();
        storage.syncDirectory();
        return entry;
    }

    StoredFile file() {
        return file;
    }

    /** Removes the file, which does not count. */
    void discard() throws IOException {
        file.close();
        storage.delete(Manifest.name(ordinal));
    }

    private long seal(int at) {
        long offset = written + at;
        RecordFormat.setCopy(buffer, at);
        RecordFormat.seal(buffer, at, salt, offset, RecordFormat.SEGMENT_HEADER, crc);
        return offset;
    }

    private void makeRoom(int bytes) throws IOException {
        if (offset() + bytes > capacity) {
            throw new TooLargeException(capacity);
        }
        if (bytes <= buffer.remaining()) {
            return;
        }
        drain();
        if (bytes > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        int bytes = buffer.limit();
        file.write(buffer, written);
        written += bytes;
        buffer.clear();
    }
}
