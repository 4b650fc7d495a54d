package io.bactrian.journal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares segments ahead of the flusher, of new files or of those that are not used any more, as long as there is room. For the
 * thread of the upkeep.
 */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** One to roll to and one in reserve for outcomes. */
    private static final int PREPARED = 2;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Core core;
    private final Manifest manifest;
    private final LongSupplier salts;
    private final Supplier<List<Manifest.Entry>> entries;
    private final Limbo limbo;
    private final Reserve reserve;
    /** A file that is not used any more, to be used again, or null. */
    private Segment recycled;

    /** When a segment could not be made, on the monotonic clock; null since something was made or let go. */
    private Long failedAt;

    /** @param entries what the manifest has to say of the segments there are */
    Preparation(Core core, Manifest manifest, LongSupplier salts, Supplier<List<Manifest.Entry>> entries, Limbo limbo) {
        this.core = core;
        this.manifest = manifest;
        this.salts = salts;
        this.entries = entries;
        this.limbo = limbo;
        this.reserve = new Reserve(core.storage, core.config.segmentSize());
    }

    /** Whether there are too few segments, and no reason to wait; called with the lock held. */
    boolean isDue() {
        return core.segments.prepared.size() < PREPARED && !rests();
    }

    /** The same when there is room for one, as far as is known; called with the lock held. */
    boolean isWanted() {
        return core.noRoom == null && isDue();
    }

    /** Prepares a segment when there is none, for a journal that closes; returns whether there is one. */
    boolean makeRoom() {
        boolean prepared = prepare();
        if (prepared && core.segments.prepared.isEmpty()) {
            prepared = prepare(); // the first time only the reserve was taken
        }
        return prepared;
    }

    /** Whether a segment could not be made a moment ago, and nothing has been let go since. */
    private boolean rests() {
        return failedAt != null && core.clock.nanos() - failedAt < PAUSE_NANOS;
    }

    /** Prepares one segment, or the reserve without which there is none, and returns whether that went well. */
    boolean prepare() {
        String refusal = null;
        Throwable failure = null;
        try {
            refusal = recycled == null ? noRoom() : null;
            if (refusal == null && !reserve.isHeld()) {
                reserve.take();
            } else if (refusal == null) {
                addPrepared();
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            refusal = "cannot prepare a segment: " + reason(e);
        }
        failedAt = failure == null ? null : (Long) core.clock.nanos();
        boolean known;
        core.lock.lock();
        try {
            known = refusal != null && refusal.equals(core.noRoom);
            core.noRoom(refusal);
        } finally {
            core.lock.unlock();
        }
        if (failure != null && !known) {
            LOG.warn("journal cannot prepare a segment directory={}", core.config.directory(), failure);
        }
        return refusal == null;
    }

    /** After what nobody expected: without a segment in reserve the journal says why it makes none. */
    void failed(Throwable unexpected) {
        core.lock.lock();
        try {
            if (core.segments.prepared.size() < PREPARED) {
                core.noRoom("the upkeep failed: " + unexpected);
            }
        } finally {
            core.lock.unlock();
        }
    }

    /** Says why there is no segment. */
    void refuse(String reason) {
        core.lock.lock();
        try {
            core.noRoom(reason);
        } finally {
            core.lock.unlock();
        }
    }

    /** Frees the room that is held back for when there is none; returns whether there was any. */
    boolean giveUpReserve() throws IOException {
        return reserve.giveUp();
    }

    /** A segment is not used any more: its file is, or goes. */
    void letGo(Segment segment) {
        failedAt = null;
        try {
            // The space of a file that is let go fills the reserve first.
            if (reserve.isHeld()
                    && recycled == null
                    && !segment.abandoned
                    && segment.isLog()
                    && segment.size == core.config.segmentSize()) {
                recycled = segment;
                return;
            }
            segment.file.close();
            core.storage.delete(segment.name());
        } catch (IOException e) {
            LOG.warn("journal cannot delete a segment, the next start will segment={}", segment.name(), e);
        }
    }

    void close(Closing closing) {
        if (recycled != null) {
            closing.close(recycled.file);
        }
    }

    static String reason(Throwable failure) {
        return failure instanceof IOException ? failure.getMessage() : failure.toString();
    }

    private String noRoom() throws IOException {
        long size = core.config.segmentSize();
        core.lock.lock();
        try {
            if (core.segments.bytes() + size > core.config.maxSize()) {
                return "max-size " + core.config.maxSize() + " bytes is used";
            }
        } finally {
            core.lock.unlock();
        }
        long usable = core.storage.usableSpace();
        return usable - size < core.config.minFree()
                ? usable + " bytes are free on the disk, min-free is " + core.config.minFree()
                : null;
    }

    private void addPrepared() throws IOException {
        long ordinal = manifest.takeOrdinal();
        long size = core.config.segmentSize();
        Manifest.Entry entry =
                new Manifest.Entry(ordinal, Segment.positionOf(ordinal), salts.getAsLong(), size, Segment.LOG, 0);
        StoredFile file =
                recycled == null ? core.storage.create(entry.name(), size, new Pace(core)::rest) : recycle(entry);
        try {
            file.write(SegmentHeader.encode(entry), 0);
            file.force();
            core.storage.syncDirectory();
        } catch (IOException | RuntimeException | Error e) {
            // Not used again even if its force went wrong only: the next try makes a new one.
            discard(entry.name(), file, e);
            throw e;
        }
        List<Manifest.Entry> all = entries.get();
        all.add(entry);
        try {
            manifest.write(all);
        } catch (IOException | RuntimeException | Error e) {
            limbo.add(entry.name(), file);
            throw e;
        }
        core.lock.lock();
        try {
            core.segments.prepared.add(core.segments.add(entry, file));
        } finally {
            core.lock.unlock();
        }
    }

    private StoredFile recycle(Manifest.Entry entry) throws IOException {
        Segment old = recycled;
        recycled = null;
        try {
            core.storage.rename(old.name(), entry.name());
        } catch (IOException | RuntimeException | Error e) {
            discard(old.name(), old.file, e);
            throw e;
        }
        try {
            // A file needs its name to go on after a reader was interrupted, so it is opened under the new one.
            old.file.close();
            return core.storage.open(entry.name());
        } catch (IOException | RuntimeException | Error e) {
            discard(entry.name(), old.file, e);
            throw e;
        }
    }

    private void discard(String name, StoredFile file, Throwable cause) {
        try {
            file.close();
            core.storage.delete(name);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
