package io.bactrian.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How a journal behaves.
 *
 * @param directory where its files are
 * @param maxSize bytes of disk it may use, at least four segments
 * @param minFree bytes of disk it leaves to others
 * @param segmentSize bytes of one file, 64 KiB to 1 GiB, a multiple of 4096; {@link Journal#open} asks for 1 MiB
 * @param hold how long an event is kept after it was processed
 * @param dedupeWindow how long a key is remembered after the event's last change; at least the hold
 * @param dedupeMaxKeys how many keys are remembered; those of pending, dead and held events are never dropped
 * @param deadRetention how long a dead event is kept
 * @param acceptLoss whether to start although files are missing or cut
 * @param maxInFlightBytes bytes that may wait for their fsync, 64 KiB to 1 GiB; beyond, appends are refused
 */
public record JournalConfig(
        Path directory,
        long maxSize,
        long minFree,
        long segmentSize,
        Duration hold,
        Duration dedupeWindow,
        long dedupeMaxKeys,
        Duration deadRetention,
        boolean acceptLoss,
        long maxInFlightBytes) {

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;

    public JournalConfig {
        Objects.requireNonNull(directory, "directory");
        between("segment-size", segmentSize, 64 * KIB, GIB);
        require(segmentSize % 4096 == 0, "segment-size", segmentSize, "a multiple of 4096 bytes");
        require(maxSize >= 4 * segmentSize, "max-size", maxSize, "at least four segments of " + segmentSize + " bytes");
        require(minFree >= 0, "min-free", minFree, "0 or more bytes");
        positive("hold", hold, true);
        positive("dedupe-window", dedupeWindow, false);
        positive("dead-retention", deadRetention, false);
        require(dedupeMaxKeys >= 1, "dedupe-max-keys", dedupeMaxKeys, "1 or more");
        between("max-in-flight-bytes", maxInFlightBytes, 64 * KIB, GIB);
    }

    /** The defaults, in {@code data/journal}. */
    public static JournalConfig defaults() {
        return defaults(Path.of("data", "journal"));
    }

    /** The defaults, in a directory of choice. */
    public static JournalConfig defaults(Path directory) {
        return new JournalConfig(
                directory,
                10 * GIB,
                GIB,
                64 * MIB,
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                5_000_000,
                Duration.ofDays(30),
                false,
                32 * MIB);
    }

    /** The same, starting although files are missing or cut. */
    public JournalConfig acceptingLoss() {
        return new JournalConfig(
                directory,
                maxSize,
                minFree,
                segmentSize,
                hold,
                dedupeWindow,
                dedupeMaxKeys,
                deadRetention,
                true,
                maxInFlightBytes);
    }

    /** The largest payload that fits into one record: it must fit a segment and half of the bytes in flight. */
    public int maxPayload() {
        return batchCapacity() - RecordFormat.HEADER;
    }

    int batchCapacity() {
        long capacity = Math.min(maxInFlightBytes / 2, segmentSize - RecordFormat.SEGMENT_OVERHEAD - stateCapacity());
        return (int) (capacity - capacity % RecordFormat.UNIT);
    }

    /** How many bytes of state records one batch takes. */
    int stateCapacity() {
        return (int) Math.max(8 * KIB, Math.min(256 * KIB, segmentSize / 16));
    }

    /** Bytes of the largest file of what is kept: what a location reaches, and copies that take more make no room. */
    long keptCapacity() {
        return Math.min(Location.MAX_BYTES, 16 * segmentSize);
    }

    /** How much is read or written at once behind the scenes. */
    int chunk(int atMost) {
        return (int) Math.min(atMost, segmentSize);
    }

    /** What a user may configure; smaller segments are for tests. */
    JournalConfig checked() {
        between("segment-size", segmentSize, MIB, GIB);
        return this;
    }

    private static void between(String key, long value, long low, long high) {
        require(value >= low && value <= high, key, value, low + " to " + high + " bytes");
    }

    private static void positive(String key, Duration value, boolean zeroAllowed) {
        Objects.requireNonNull(value, key);
        require(!value.isNegative() && (zeroAllowed || !value.isZero()), key, value, "a positive duration");
        require(value.compareTo(Duration.ofDays(36500)) <= 0, key, value, "at most 100 years");
    }

    private static void require(boolean ok, String key, Object value, String expected) {
        if (!ok) {
            throw new IllegalArgumentException("journal " + key + " is " + value + ", expected " + expected);
        }
    }
}
