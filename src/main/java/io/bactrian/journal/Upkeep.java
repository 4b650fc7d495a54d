package io.bactrian.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work behind the scenes: prepares segments so that the flusher never waits for one, lets go of those that are over, and
 * forgets keys. The only one to change the manifest.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** One to roll to and one in reserve for outcomes. */
    private static final int PREPARED = 2;

    private static final long RETRY_MILLIS = 10_000;
    /** The same when the copies were too large: it takes long until they are not, and each try writes as much as fits. */
    private static final long TOO_LARGE_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Core core;
    private final Manifest manifest;
    private final LongSupplier salts;
    private final Retirement retirement;
    private final Forgetting forgetting;
    private final List<Completion<Void>> forgetAll = new ArrayList<>();
    private final SegmentScanner scanner;
    private final Reserve reserve;
    /** A file that is not used any more, to be used again, or null. */
    private Segment recycled;
    /** Files that a manifest may name whose writing failed half-way: a crash could make that one count. */
    private final List<Limbo> limbo = new ArrayList<>();

    /** Whether a crash could make either place of the events count; until that is decided no state may name one. */
    private boolean undecided;

    /** When a segment could not be made, on the monotonic clock; null since something was made or let go. */
    private Long failedAt;

    private record Limbo(String name, StoredFile file) {}

    Upkeep(Core core, Manifest manifest, LongSupplier salts) {
        this.core = core;
        this.manifest = manifest;
        this.salts = salts;
        this.scanner = new SegmentScanner(core.config);
        this.retirement = new Retirement(core);
        this.forgetting = new Forgetting(core);
        this.reserve = new Reserve(core.storage, core.config.segmentSize());
    }

    /** Prepares a segment when there is none, for a journal that closes; returns whether there is one. */
    boolean makeRoom() {
        boolean prepared = prepare();
        if (prepared && core.segments.prepared.isEmpty()) {
            prepared = prepare(); // the first time only the reserve was taken
        }
        return prepared;
    }

    /** How long to wait for work, at most. */
    long pauseNanos() {
        return PAUSE_NANOS;
    }

    /** Whether something has come up during the last step, whose news nobody was waiting for; called with the lock held. */
    boolean isWanted() {
        boolean segment = core.segments.prepared.size() < PREPARED && core.noRoom == null && !rests();
        return core.failing == null && (segment || !forgetAll.isEmpty());
    }

    /** Whether a segment could not be made a moment ago, and nothing has been let go since. */
    private boolean rests() {
        return failedAt != null && core.clock.nanos() - failedAt < PAUSE_NANOS;
    }

    /** Asks for all keys of settled events to be forgotten. */
    CompletableFuture<Void> forgetAll(Executor completeOn) {
        Completion<Void> completion = new Completion<>(completeOn);
        core.lock.lock();
        try {
            if (core.closing || core.failing != null) {
                return CompletableFuture.failedFuture(new JournalUnavailableException(
                        "the journal cannot write: " + core.failing, Duration.ofSeconds(1)));
            }
            forgetAll.add(completion);
            core.upkeep.signal();
        } finally {
            core.lock.unlock();
        }
        return completion.future;
    }

    /** Does one piece of work and returns whether there may be more. */
    boolean step() {
        boolean stopped;
        boolean prepare;
        List<Segment> over;
        List<Completion<Void>> asked;
        long below;
        core.lock.lock();
        try {
            asked = List.copyOf(forgetAll);
            forgetAll.clear();
            stopped = core.closing || core.failing != null;
            below = core.durableSequence + 1;
            prepare = core.segments.prepared.size() < PREPARED && !rests();
            over = stopped ? List.of() : retirement.choose();
        } finally {
            core.lock.unlock();
        }
        if (!asked.isEmpty()) {
            forgetAll(asked, below, stopped);
        }
        if (stopped) {
            return false;
        }
        if ((undecided || !limbo.isEmpty()) && !leaveLimbo()) {
            return false;
        }
        if (prepare && prepare()) {
            return true;
        }
        if (!over.isEmpty()) {
            return compact(over);
        }
        return forgetting.step();
    }

    private void forgetAll(List<Completion<Void>> asked, long below, boolean stopped) {
        Completions completions = core.completions();
        try {
            if (stopped) {
                throw new IOException("the journal is closed or cannot write");
            }
            manifest.forgetBelow(below, entriesWithout(List.of()));
            forgetting.forgetAll();
            asked.forEach(completion -> completions.add(completion.succeeded(null)));
        } catch (IOException | RuntimeException | Error e) {
            JournalException cause = new JournalUnavailableException(
                    "keys are not forgotten: " + e.getMessage(), Duration.ofSeconds(1), e);
            asked.forEach(completion -> completions.add(completion.failed(cause)));
        }
        completions.dispatch();
    }

    /** After what nobody expected of a step: without a segment in reserve the journal says why it makes none. */
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

    void close(Closing closing) {
        forgetAll(List.copyOf(forgetAll), 0, true);
        if (recycled != null) {
            closing.close(recycled.file);
        }
        for (Limbo file : limbo) {
            closing.close(file.file());
        }
    }

    /** Deletes what no manifest names any more, once a new one is written. */
    private boolean leaveLimbo() {
        try {
            manifest.write(entriesWithout(List.of()));
            if (undecided) {
                undecided = false;
                thaw();
            }
            for (Limbo file : limbo) {
                file.file().close();
                core.storage.delete(file.name());
            }
            limbo.clear();
            return true;
        } catch (IOException | RuntimeException | Error e) {
            core.lock.lock();
            try {
                core.noRoom("cannot write the manifest: " + reason(e));
            } finally {
                core.lock.unlock();
            }
            return false;
        }
    }

    /** Prepares one segment, or the reserve without which there is none, and returns whether that went well. */
    private boolean prepare() {
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

    private static String reason(Throwable failure) {
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
        List<Manifest.Entry> entries = entriesWithout(List.of());
        entries.add(entry);
        try {
            manifest.write(entries);
        } catch (IOException | RuntimeException | Error e) {
            limbo.add(new Limbo(entry.name(), file));
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
        } catch (IOException e) {
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

    private List<Manifest.Entry> entriesWithout(List<Segment> removed) {
        core.lock.lock();
        try {
            manifest.used(core.durableSequence);
            return core.segments.entriesWithout(removed);
        } finally {
            core.lock.unlock();
        }
    }

    private boolean compact(List<Segment> over) {
        try {
            if (!tryCompact(over)) {
                postpone(over, RETRY_MILLIS);
                return false;
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("journal cannot let go of segments directory={}", core.config.directory(), e);
            postpone(over, e instanceof KeptWriter.TooLargeException ? TOO_LARGE_MILLIS : RETRY_MILLIS);
            return false;
        }
        failedAt = null;
        try {
            over.forEach(this::letGo);
            core.storage.syncDirectory();
        } catch (IOException e) {
            LOG.warn("journal cannot delete segments, the next start will directory={}", core.config.directory(), e);
        }
        return true;
    }

    private boolean tryCompact(List<Segment> over) throws IOException {
        try (Compaction compaction = new Compaction(core, over, manifest::takeOrdinal, salts)) {
            compaction.copy(scanner);
            return exchange(over, compaction);
        } catch (IOException e) {
            if (undecided || e instanceof KeptWriter.TooLargeException || !reserve.giveUp()) {
                throw e;
            }
        }
        try (Compaction again = new Compaction(core, over, manifest::takeOrdinal, salts)) {
            again.copy(scanner);
            return exchange(over, again);
        }
    }

    /** Exchanges the segments in the manifest and in memory; false when something came in between. */
    private boolean exchange(List<Segment> over, Compaction compaction) throws IOException {
        freeze();
        try {
            core.lock.lock();
            try {
                if (!compaction.isCurrent() || isHeldAgain(over)) {
                    return false;
                }
            } finally {
                core.lock.unlock();
            }
            List<Manifest.Entry> entries = entriesWithout(over);
            entries.addAll(compaction.entries());
            Map<String, StoredFile> files = compaction.files();
            try {
                manifest.write(entries);
            } catch (IOException | RuntimeException | Error e) {
                files.forEach((name, file) -> limbo.add(new Limbo(name, file)));
                undecided = true;
                throw e;
            }
            apply(compaction, files);
            return true;
        } finally {
            if (!undecided) {
                thaw();
            }
        }
    }

    /**
     * Whether an event was processed meanwhile, whose payload the copies do not have. Its segment is chosen no more until the hold
     * is over, so that this does not come again and again; without room it goes all the same.
     */
    private boolean isHeldAgain(List<Segment> over) {
        return core.noRoom == null && over.stream().anyMatch(retirement::isHeld);
    }

    /** What memory does not know then is what the next manifest does not name. */
    private void apply(Compaction compaction, Map<String, StoredFile> files) throws IOException {
        try {
            compaction.apply();
        } catch (IOException | RuntimeException | Error e) {
            core.lock.lock();
            try {
                core.segments.inOrder().forEach(segment -> files.remove(segment.name()));
            } finally {
                core.lock.unlock();
            }
            files.forEach((name, file) -> limbo.add(new Limbo(name, file)));
            undecided = true;
            throw e;
        }
    }

    private void thaw() {
        core.lock.lock();
        try {
            core.thaw();
        } finally {
            core.lock.unlock();
        }
    }

    private void freeze() {
        core.lock.lock();
        try {
            core.statesFrozen = true;
            while (core.statesInFlight) {
                core.upkeep.awaitUninterruptibly();
            }
        } finally {
            core.lock.unlock();
        }
    }

    private void postpone(List<Segment> over, long millis) {
        core.lock.lock();
        try {
            over.forEach(segment -> segment.postpone(core.clock.nanos(), millis));
        } finally {
            core.lock.unlock();
        }
    }

    private void letGo(Segment segment) {
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
}
