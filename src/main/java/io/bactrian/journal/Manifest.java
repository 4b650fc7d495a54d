package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of segments in use: what makes a missing file a fact instead of a guess. Three files take turns, each overwritten in
 * place, so that a full disk cannot prevent a change. The newest valid one counts. It may have been read from the cache only, so
 * that the one before it counts after a power cut: the first write of a process leaves both alone.
 */
final class Manifest {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** A segment in use: its number, its place in the order of delivery, its salt, length and kind, and where its records end or 0. */
    record Entry(long ordinal, long position, long salt, long size, int kind, long end) {
        String name() {
            return Manifest.name(ordinal);
        }

        /** The same, of a file that was cut. */
        Entry cutTo(long bytes) {
            return new Entry(ordinal, position, salt, bytes, kind, Math.min(end, bytes));
        }
    }

    static final String[] NAMES = {"manifest-a", "manifest-b", "manifest-c"};
    static final int VERSION = 1;
    static final int KEY_BYTES = 16;

    private static final long MAGIC = 0x42414354_4A524E4CL; // "BACTJRNL"
    private static final int HEADER = 72;
    private static final int ENTRY = 48;
    private static final int MAX_ENTRIES = Location.MAX_SLOTS;

    private final Storage storage;
    private final byte[] installationKey;
    private final StoredFile[] files = new StoredFile[NAMES.length];
    /** Files that could not be removed after a failed force. */
    private final boolean[] unusable = new boolean[NAMES.length];

    private final long preallocated;
    private long generation;
    private List<Entry> entries;
    private long nextOrdinal;
    private long forgottenBelow;
    private long nextSequence;
    /** The files that may count: not to be overwritten. */
    private int newest;

    private int second;

    private Manifest(Storage storage, Content content, int expectedEntries) {
        this.storage = storage;
        this.installationKey = content.installationKey;
        this.generation = content.generation;
        this.entries = List.copyOf(content.entries);
        this.nextOrdinal = content.nextOrdinal;
        this.forgottenBelow = content.forgottenBelow;
        this.nextSequence = content.nextSequence;
        this.newest = content.newest;
        this.second = content.second;
        this.preallocated = (HEADER + (long) expectedEntries * ENTRY + RecordFormat.SEGMENT_HEADER - 1)
                / RecordFormat.SEGMENT_HEADER
                * RecordFormat.SEGMENT_HEADER;
    }

    /**
     * What was read.
     *
     * @param nextOrdinal the first number no segment ever had
     * @param forgottenBelow records of settled events with a lower sequence are of keys that are new again
     * @param nextSequence no record that was written before has this sequence or a higher one
     * @param newest which file it was read from
     * @param second which file is the newest but one; -1 when there is none, as for {@code newest}
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Content(
            long generation,
            byte[] installationKey,
            List<Entry> entries,
            long nextOrdinal,
            long forgottenBelow,
            long nextSequence,
            int newest,
            int second) {
        Content before(int secondSlot) {
            return new Content(
                    generation,
                    installationKey,
                    entries,
                    nextOrdinal,
                    forgottenBelow,
                    nextSequence,
                    newest,
                    secondSlot);
        }
    }

    /** The newest valid one of the files, or null. */
    static Content read(Storage storage) throws IOException {
        Content first = null;
        Content second = null;
        for (int slot = 0; slot < NAMES.length; slot++) {
            Content content = storage.exists(NAMES[slot]) ? read(storage, slot) : null;
            if (content != null && (first == null || content.generation > first.generation)) {
                second = first;
                first = content;
            } else if (content != null && (second == null || content.generation > second.generation)) {
                second = content;
            }
        }
        return second == null ? first : first.before(second.newest);
    }

    static Manifest resume(Storage storage, Content content, int expectedEntries) {
        return new Manifest(storage, content, expectedEntries);
    }

    static Manifest fresh(Storage storage, byte[] installationKey, List<Entry> entries, int expectedEntries) {
        long nextOrdinal = entries.stream().mapToLong(Entry::ordinal).max().orElse(0) + 1;
        return new Manifest(
                storage, new Content(0, installationKey, entries, nextOrdinal, 0, 1, -1, -1), expectedEntries);
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

    /** Records of settled events with a lower sequence are of keys that are new again. */
    long forgottenBelow() {
        return forgottenBelow;
    }

    /** No record that was written before has this sequence or a higher one. */
    long nextSequence() {
        return nextSequence;
    }

    /** Says with the next write that the records up to a sequence may be gone from the files, but not their numbers. */
    void used(long sequence) {
        nextSequence = Math.max(nextSequence, sequence + 1);
    }

    /** Makes the keys of events that were settled by a record below a sequence new again; durable when this returns. */
    void forgetBelow(long sequence, List<Entry> same) throws IOException {
        long before = forgottenBelow;
        forgottenBelow = sequence;
        try {
            write(same);
        } catch (IOException | RuntimeException | Error e) {
            forgottenBelow = before;
            throw e;
        }
    }

    /** A number for a new segment; none is given twice, because records name the segments of their events by it. */
    long takeOrdinal() {
        return nextOrdinal++;
    }

    /**
     * Replaces the list; durable when this returns. After an exception the old list counts, but the new one may after a crash,
     * until another write succeeds.
     */
    void write(List<Entry> next) throws IOException {
        if (next.size() > MAX_ENTRIES) {
            throw new IOException("more than " + MAX_ENTRIES + " segments: use larger ones");
        }
        removeLeftovers();
        // A number that was tried is not used again: what is left of a failed write must be older than the next one.
        generation++;
        int slot = freeSlot();
        ByteBuffer bytes = encode(next);
        if (files[slot] == null) {
            files[slot] = openOrCreate(slot);
        }
        try {
            files[slot].write(bytes, 0);
            files[slot].force();
        } catch (IOException | RuntimeException | Error e) {
            discard(slot, e);
            throw e;
        }
        // From now on only this one counts, and the other two are free.
        newest = slot;
        second = slot;
        entries = List.copyOf(next);
    }

    void close(Closing closing) {
        for (StoredFile file : files) {
            if (file != null) {
                closing.close(file);
            }
        }
    }

    private int freeSlot() throws IOException {
        for (int turn = 1; turn <= NAMES.length; turn++) {
            int slot = Math.floorMod(newest + turn, NAMES.length);
            if (slot != newest && slot != second && !unusable[slot]) {
                return slot;
            }
        }
        throw new IOException("no file is left for the manifest: its files could not be removed after a failed write");
    }

    private StoredFile openOrCreate(int slot) throws IOException {
        String name = NAMES[slot];
        StoredFile file = storage.exists(name) ? storage.open(name) : create(slot);
        try {
            storage.syncDirectory();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private StoredFile create(int slot) throws IOException {
        try {
            return storage.create(NAMES[slot], preallocated);
        } catch (IOException e) {
            unusable[slot] = storage.exists(NAMES[slot]); // its force may be what failed
            throw e;
        }
    }

    /** A file whose force failed is never forced again: the next write makes a new one. */
    private void discard(int slot, Throwable cause) {
        unusable[slot] = true;
        try {
            files[slot].close();
            storage.delete(NAMES[slot]);
            files[slot] = null;
            unusable[slot] = false;
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Tries once more where a file could not be removed after a failed write: the disk may be well again. */
    private void removeLeftovers() {
        for (int slot = 0; slot < NAMES.length; slot++) {
            if (unusable[slot]) {
                try {
                    storage.delete(NAMES[slot]);
                    files[slot] = null;
                    unusable[slot] = false;
                } catch (IOException e) {
                    LOG.debug("journal cannot remove a manifest whose writing failed file={}", NAMES[slot], e);
                }
            }
        }
    }

    private ByteBuffer encode(List<Entry> next) {
        int length = HEADER + next.size() * ENTRY;
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.putLong(MAGIC).putInt(0).putInt(VERSION).putLong(generation);
        bytes.put(installationKey).putInt(next.size()).putInt(0).putLong(nextOrdinal);
        bytes.putLong(forgottenBelow).putLong(nextSequence);
        for (Entry entry : next) {
            bytes.putLong(entry.ordinal).putLong(entry.position).putLong(entry.salt);
            bytes.putLong(entry.size).putLong(entry.end).putInt(entry.kind).putInt(0);
        }
        return bytes.putInt(8, crc(bytes, length)).flip();
    }

    private static Content read(Storage storage, int slot) throws IOException {
        try (StoredFile file = storage.open(NAMES[slot])) {
            return read(file, slot);
        }
    }

    private static Content read(StoredFile file, int slot) throws IOException {
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
        long highest = entries.stream().mapToLong(Entry::ordinal).max().orElse(0);
        long nextOrdinal = Math.max(bytes.getLong(48), highest + 1);
        return new Content(
                bytes.getLong(16),
                installationKey,
                entries,
                nextOrdinal,
                bytes.getLong(56),
                bytes.getLong(64),
                slot,
                -1);
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(12, length - 12));
        return (int) crc.getValue();
    }
}
