package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The list of segments in use: what makes a missing file a fact instead of a guess. Two files take turns, each overwritten in
 * place, so that a full disk cannot prevent a change and a torn write leaves the other one.
 */
final class Manifest {
    /** A segment in use: its number, its place in the order of delivery, its salt, length and kind, and where its records end or 0. */
    record Entry(long ordinal, long position, long salt, long size, int kind, long end) {
        String name() {
            return Manifest.name(ordinal);
        }
    }

    static final String[] NAMES = {"manifest-a", "manifest-b"};
    static final int VERSION = 1;
    static final int KEY_BYTES = 16;

    private static final long MAGIC = 0x42414354_4A524E4CL; // "BACTJRNL"
    private static final int HEADER = 56;
    private static final int ENTRY = 48;
    private static final int MAX_ENTRIES = Location.MAX_SLOTS;

    private final Storage storage;
    private final byte[] installationKey;
    private final StoredFile[] files = new StoredFile[2];
    private final long preallocated;
    private long generation;
    private List<Entry> entries;

    private Manifest(Storage storage, byte[] installationKey, long generation, List<Entry> entries, long preallocated) {
        this.storage = storage;
        this.installationKey = installationKey;
        this.generation = generation;
        this.entries = List.copyOf(entries);
        this.preallocated = preallocated;
    }

    /** What was read from one of the two files. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Content(long generation, byte[] installationKey, List<Entry> entries) {}

    /** The newer valid one of the two files, or null. */
    static Content read(Storage storage) throws IOException {
        Content newest = null;
        for (String name : NAMES) {
            if (storage.exists(name)) {
                try (StoredFile file = storage.open(name)) {
                    Content content = read(file);
                    if (content != null && (newest == null || content.generation > newest.generation)) {
                        newest = content;
                    }
                }
            }
        }
        return newest;
    }

    static Manifest resume(Storage storage, Content content, int expectedEntries) {
        return new Manifest(
                storage,
                content.installationKey,
                content.generation,
                content.entries,
                RecordFormat.SEGMENT_HEADER
                        + (HEADER + (long) expectedEntries * ENTRY)
                                / RecordFormat.SEGMENT_HEADER
                                * RecordFormat.SEGMENT_HEADER);
    }

    static Manifest fresh(Storage storage, byte[] installationKey, List<Entry> entries, int expectedEntries) {
        return resume(storage, new Content(0, installationKey, entries), expectedEntries);
    }

    static String name(long ordinal) {
        return String.format("seg-%016x.wal", ordinal);
    }

    byte[] installationKey() {
        return installationKey.clone();
    }

    List<Entry> entries() {
        return entries;
    }

    /** Replaces the list; durable when this returns. After an exception the old list counts, or the new one after a crash. */
    void write(List<Entry> next) throws IOException {
        if (next.size() > MAX_ENTRIES) {
            throw new IOException("more than " + MAX_ENTRIES + " segments: use larger ones");
        }
        int turn = (int) ((generation + 1) & 1);
        ByteBuffer bytes = encode(generation + 1, installationKey, next);
        if (files[turn] == null) {
            files[turn] = openOrCreate(NAMES[turn]);
        }
        try {
            files[turn].write(bytes, 0);
            files[turn].force();
        } catch (IOException e) {
            discard(turn, e);
            throw e;
        }
        generation++;
        entries = List.copyOf(next);
    }

    void close() throws IOException {
        for (StoredFile file : files) {
            if (file != null) {
                file.close();
            }
        }
    }

    private StoredFile openOrCreate(String name) throws IOException {
        if (storage.exists(name)) {
            return storage.open(name);
        }
        StoredFile file = storage.create(name, preallocated);
        storage.syncDirectory();
        return file;
    }

    /** A file whose force failed is never forced again: the next write makes a new one. */
    private void discard(int turn, IOException cause) {
        try {
            files[turn].close();
            storage.delete(NAMES[turn]);
            files[turn] = null;
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static ByteBuffer encode(long generation, byte[] installationKey, List<Entry> entries) {
        int length = HEADER + entries.size() * ENTRY;
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.putLong(MAGIC).putInt(0).putInt(VERSION).putLong(generation);
        bytes.put(installationKey).putInt(entries.size()).position(HEADER);
        for (Entry entry : entries) {
            bytes.putLong(entry.ordinal).putLong(entry.position).putLong(entry.salt);
            bytes.putLong(entry.size).putLong(entry.end).putInt(entry.kind).putInt(0);
        }
        return bytes.putInt(8, crc(bytes, length)).flip();
    }

    private static Content read(StoredFile file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (file.read(header, 0) < HEADER || header.getLong(0) != MAGIC) {
            return null;
        }
        int version = header.getInt(12);
        int count = header.getInt(40);
        if (count < 0 || count > MAX_ENTRIES) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + count * ENTRY);
        if (file.read(bytes, 0) < bytes.capacity() || crc(bytes, bytes.capacity()) != bytes.getInt(8)) {
            return null;
        }
        if (version != VERSION) {
            throw new JournalException("the journal has format version " + version + ", this program knows " + VERSION
                    + ": use the program that wrote it");
        }
        bytes.position(24);
        byte[] installationKey = new byte[KEY_BYTES];
        bytes.get(installationKey).position(HEADER);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long ordinal = bytes.getLong();
            long position = bytes.getLong();
            long salt = bytes.getLong();
            long size = bytes.getLong();
            long end = bytes.getLong();
            entries.add(new Entry(ordinal, position, salt, size, bytes.getInt(), end));
            bytes.getInt();
        }
        return new Content(bytes.getLong(16), installationKey, entries);
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(12, length - 12));
        return (int) crc.getValue();
    }
}
