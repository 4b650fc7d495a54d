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
 * Work behind the scenes: has segments prepared so that the flusher never waits for one, lets go of those that are over, and
 * forgets keys. The only one to change the manifest.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long RETRY_MILLIS = 10_000;
    /** The same when the copies were too large: it takes long until they are not, and each try writes as much as fits. */
    private static final long TOO_LARGE_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Core core;
    private final Manifest manifest;
    private final Delivery delivery;
    private final LongSupplier salts;
    private final Retirement retirement;
    private final Forgetting forgetting;
    private final List<Completion<Void>> forgetAll = new ArrayList<>();
    private final SegmentScanner scanner;
    private final Preparation preparation;
    private final Limbo limbo;

    /** Whether a crash could make either place of the events count; until that is decided no state may name one. */
    private boolean undecided;

    Upkeep(Core core, Manifest manifest, Delivery delivery, LongSupplier salts) {
        this.core = core;
        this.manifest = manifest;
        this.delivery = delivery;
        this.salts = salts;
        this.scanner = new SegmentScanner(core.config);
        this.retirement = new Retirement(core);
        this.forgetting = new Forgetting(core);
        this.limbo = new Limbo(core.storage);
        this.preparation = new Preparation(core, manifest, salts, () -> entriesWithout(List.of()), limbo);
    }

    /** How long to wait for work, at most. */
    long pauseNanos() {
        return PAUSE_NANOS;
    }

    /** Whether something has come up during the last step, whose news nobody was waiting for; called with the lock held. */
    boolean isWanted() {
        return core.failing == null && (preparation.isWanted() || !forgetAll.isEmpty());
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
            delivery.retryUnreadable();
            stopped = core.closing || core.failing != null;
            below = core.durableSequence + 1;
            prepare = preparation.isDue();
            over = stopped ? List.of() : retirement.choose();
            asked = List.copyOf(forgetAll);
            forgetAll.clear();
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
        if (prepare && preparation.prepare()) {
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

    /** Prepares a segment when there is none, for a journal that closes; returns whether there is one. */
    boolean makeRoom() {
        return preparation.makeRoom();
    }

    /** After what nobody expected of a step. */
    void failed(Throwable unexpected) {
        preparation.failed(unexpected);
    }

    void close(Closing closing) {
        forgetAll(List.copyOf(forgetAll), 0, true);
        preparation.close(closing);
        limbo.close(closing);
    }

    /** Deletes what no manifest names any more, once a new one is written. */
    private boolean leaveLimbo() {
        try {
            manifest.write(entriesWithout(List.of()));
            if (undecided) {
                undecided = false;
                thaw();
            }
            limbo.delete();
            return true;
        } catch (IOException | RuntimeException | Error e) {
            preparation.refuse("cannot write the manifest: " + Preparation.reason(e));
            return false;
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
        try {
            over.forEach(preparation::letGo);
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
            if (undecided || e instanceof KeptWriter.TooLargeException || !preparation.giveUpReserve()) {
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
                files.forEach(limbo::add);
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
            files.forEach(limbo::add);
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
}
