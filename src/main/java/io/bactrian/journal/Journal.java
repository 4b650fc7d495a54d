package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A crash-safe write-ahead journal of events. An append completes when the event is on disk and forced; from then on the event
 * is pending until it is {@link #processed}, {@link #dead} or discarded, whatever crashes in between, and its key is known as a
 * duplicate for the window configured.
 *
 * <p>Safe for threads. What says so may read from disk; nothing else blocks longer than a copy in memory takes. Futures complete
 * on the executor given, as one task for all that became durable at once. They fail with {@link JournalFullException} or {@link
 * JournalUnavailableException} when nothing was accepted and a later try may succeed, else with a {@link JournalException}.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Executor worker;
    final Core core;
    private final Manifest manifest;
    private final Intake intake;
    private final Queries queries;
    private final Listing listing;
    private final Operator operator;
    private final OldestPending oldestPending;
    private final Delivery delivery;
    private final Flusher flusher;
    private final Upkeep upkeep;
    private final Recovered recovered;
    private final JournalThreads threads;
    private boolean closed;

    /** Recovers, but starts no thread: {@link #open} does, or a simulation takes the steps itself. */
    Journal(JournalConfig config, Storage storage, Clock clock, Executor worker, LongSupplier random)
            throws IOException {
        this.worker = worker;
        core = new Core(config, storage, clock, worker, random.getAsLong());
        Recovery recovery = new Recovery(core, random);
        long began = clock.nanos();
        recovery.run();
        manifest = recovery.manifest();
        recovered = recovery.found();
        queries = new Queries(core);
        delivery = new Delivery(core);
        intake = new Intake(core, queries);
        listing = new Listing(core, queries);
        operator = new Operator(core, queries);
        oldestPending = new OldestPending(core);
        flusher = new Flusher(core, delivery, recovery.nextSequence());
        upkeep = new Upkeep(core, manifest, delivery, random);
        threads = new JournalThreads(core, flusher, upkeep);
        LOG.info(
                "journal is open directory={} segments={} pending={} keys={} corrupt={} millis={}",
                config.directory(),
                core.segments.size(),
                core.segments.pending(),
                core.index.size(),
                core.damages.records(),
                TimeUnit.NANOSECONDS.toMillis(clock.nanos() - began));
    }

    /**
     * Opens the journal in a directory, which is made when missing, and recovers what is in it. Reads all of it.
     *
     * @throws JournalLockedException when another process has it open
     * @throws JournalDamagedException when files are missing or cut and the configuration does not accept the loss
     * @throws JournalException when the directory cannot be used
     */
    public static Journal open(JournalConfig config) throws JournalException {
        return open(config, DiskStorage.lock(config.checked().directory()), Clock.system());
    }

    /** The same with files and a clock of the caller. */
    static Journal open(JournalConfig config, Storage storage, Clock clock) throws JournalException {
        ThreadPoolExecutor worker =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "journal-worker");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            Journal journal = new Journal(config, storage, clock, worker, new SecureRandom()::nextLong);
            journal.threads.start();
            return journal;
        } catch (IOException | RuntimeException e) {
            worker.shutdown();
            try {
                storage.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e instanceof JournalException journal
                    ? journal
                    : new JournalException(
                            "cannot open the journal in " + config.directory() + ": " + e.getMessage(), e);
        }
    }

    /** One step of the flusher, for a simulation. */
    boolean flushStep() {
        return threads.flushStep();
    }

    /** One step of the upkeep, for a simulation. */
    boolean upkeepStep() {
        return threads.keepUpStep();
    }

    /**
     * Reserves a key in memory, so that only one of many that come at once is appended.
     *
     * @return a new reservation, to be appended or released, or one that is not new
     * @throws JournalUnavailableException when the key is new and nothing can be accepted, or too many keys are reserved
     */
    public Reservation reserve(Key key) {
        return intake.reserve(key);
    }

    /** Frees a reservation that was not appended, and fails those who wait for it; else does nothing. */
    public void release(Reservation reservation, Throwable cause) {
        intake.release(reservation, cause);
    }

    /**
     * Appends the event of a reservation, which ends with it: also when the append is refused or fails, and then the key is
     * free again. If the reservation was not new, waits for the original like {@link #durable}.
     */
    public CompletableFuture<Appended> append(Reservation reservation, byte[] payload, Executor completeOn) {
        return intake.append(reservation, payload, completeOn);
    }

    /** Decides whether a key is new and appends its event if it is; a duplicate completes when its original is durable. */
    public CompletableFuture<Appended> append(Key key, byte[] payload, Executor completeOn) {
        return intake.append(key, payload, completeOn);
    }

    /**
     * Appends several events: decided together, forced together, in this order, and refused together. What the list repeats, or
     * what is known, is a duplicate.
     */
    public CompletableFuture<List<Appended>> appendAll(List<NewEvent> events, Executor completeOn) {
        return intake.appendAll(events, completeOn);
    }

    /** Completes, as a duplicate, when the event of a key is durable; fails when its append fails or its reservation is released. */
    public CompletableFuture<Appended> durable(Key key, Executor completeOn) {
        return intake.durable(key, completeOn);
    }

    /** Makes a key known without an event; completes when that is durable. */
    public CompletableFuture<Void> remember(Key key, Executor completeOn) {
        return intake.remember(key, completeOn);
    }

    /** Whether a key is known: durable or reserved. */
    public boolean contains(Key key) {
        return queries.contains(key);
    }

    /** What became of an event; empty when it is unknown, forgotten or not yet durable. May read from disk. */
    public Optional<EventState> find(Key key) {
        return queries.find(key);
    }

    /** What has just become of an event, as long as that waits to be written; empty for all others. Never reads from disk. */
    public Optional<EventState> findUnwritten(Key key) {
        return queries.findUnwritten(key);
    }

    /** The payload of an event as long as it is kept. May read from disk. */
    public Optional<byte[]> payload(Key key) {
        return queries.payload(key);
    }

    /**
     * Events whose payload is kept, in either order of acceptance. Reads from disk, no more than {@link EventQuery#maxBytes} says.
     *
     * @param reader reads what is wanted of a payload, a view that is not kept; null for an event that is not wanted
     */
    public <T> EventPage<T> list(EventQuery query, Function<ByteBuffer, T> reader) {
        return listing.list(query, reader);
    }

    /**
     * Whether anybody has asked for an outcome with {@link #settled} within the last second. Who waits for that of an event can
     * ask only once it is accepted, when the event is already on its way: whether others did so lately tells more.
     */
    public boolean isAwaited() {
        return queries.isAwaited();
    }

    /** Completes when an event is processed, dead or discarded; at once when it is. Cancelling forgets the waiter. */
    public CompletableFuture<State> settled(Key key, Executor completeOn) {
        return queries.settled(key, completeOn);
    }

    /**
     * The next event to deliver: the one accepted first of those that are pending and not in flight. Reads from disk; for one
     * consumer.
     *
     * @return null when there is none now, or when too many outcomes wait for the disk
     */
    public PendingEvent next() {
        return delivery.next();
    }

    /**
     * Sets who is told when {@link #next} answered null and would not any more. Called on a thread of the journal, which may be the
     * one that forces: be quick, and never wait for anything.
     */
    public void onAvailable(Runnable wakeUp) {
        delivery.onAvailable(wakeUp);
    }

    /** The event was processed. The record of it follows a little later; a crash before means that the event comes again. */
    public void processed(PendingEvent event, Published published) {
        delivery.processed(event, published);
    }

    /** The attempt failed; {@link #next} will hand the event out again, as soon as it is asked. */
    public void failed(PendingEvent event, Failure failure, Instant nextAttemptAt) {
        delivery.failed(event, failure, nextAttemptAt);
    }

    /** The attempt failed, and the event is deferred like in {@link #defer}. */
    public void failed(PendingEvent event, Failure failure, Instant nextAttemptAt, long group) {
        delivery.failed(event, failure, nextAttemptAt, group);
    }

    /**
     * Gives an event back that is not to be handed out for now, without an attempt: {@link #next()} passes it over until {@link
     * #resume}, {@link #resumeDeferred} or a restart. Costs four bytes of memory.
     *
     * @param group any number; what is deferred under one number waits in the order of acceptance
     */
    public void defer(PendingEvent event, long group) {
        delivery.defer(event, group);
    }

    /**
     * The first event of a group that was deferred. Reads from disk; for the one consumer. Ask {@link #takesOutcomes} first.
     *
     * @return null when none is deferred in this group, or none that may go: see {@link #isDeferred}
     */
    public PendingEvent next(long group) {
        return delivery.next(group);
    }

    /** Whether events of a group are deferred; when {@link #next(long)} hands none out all the same, {@link #onAvailable} tells the end. */
    public boolean isDeferred(long group) {
        return delivery.isDeferred(group);
    }

    /** Whether events may be handed out; false while too many outcomes wait for the disk, and {@link #onAvailable} tells the end. */
    public boolean takesOutcomes() {
        return delivery.takesOutcomes();
    }

    /** Lets {@link #next()} hand out the events of a group again, in their order. */
    public void resume(long group) {
        delivery.resume(group);
    }

    /** Lets {@link #next()} hand out all events again that were deferred, in their order. */
    public void resumeDeferred() {
        delivery.resumeDeferred();
    }

    /** Whether it is still for this attempt to say what became of an event; false once an operator has discarded it. */
    public boolean isInFlight(PendingEvent event) {
        return delivery.isInFlight(event);
    }

    /** The attempt was given up without counting, as when stopping. */
    public void release(PendingEvent event) {
        delivery.release(event);
    }

    /** The event is given up; completes when that is durable. When it fails the event is still in flight. */
    public CompletableFuture<Void> dead(PendingEvent event, Failure failure, Executor completeOn) {
        return delivery.dead(event, failure, completeOn);
    }

    /**
     * Makes an event that is not pending so again, at its old place in the order and with a new epoch; completes when that is
     * durable. Fails when its payload is not kept any more.
     */
    public CompletableFuture<EventState> replay(Key key, Executor completeOn) {
        return operator.replay(key, completeOn);
    }

    /** The same, unless something has happened to the event since it was seen. */
    public CompletableFuture<EventState> replay(EventState seen, Executor completeOn) {
        return operator.replay(seen, completeOn);
    }

    /** Walks through the processed events that can be published again, in the order of acceptance. Reads from disk. */
    public ProcessedWalk processedEvents() {
        return new ProcessedWalk(core, queries);
    }

    /**
     * A moment to tell what has changed since: whatever changes or is accepted after this call is later ({@link
     * EventState#changedAt}), what was so before is not.
     */
    public Instant mark() {
        core.lock.lock();
        try {
            long now = core.now();
            core.seen(now + 1);
            return Instant.ofEpochMilli(now);
        } finally {
            core.lock.unlock();
        }
    }

    /** Keeps what a {@link #mark} means after a restart, although the computer's clock was set back. */
    public void keepMark(Instant mark) {
        core.lock.lock();
        try {
            core.seen(mark.toEpochMilli() + 1);
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Holds what was processed up to a {@link #mark}, as if that were not long ago, until {@link #endHold}, or until more than 80 %
     * of the quota is used. Ends with the process.
     */
    public void hold(Instant mark) {
        core.lock.lock();
        try {
            core.heldMarks.add(mark.toEpochMilli());
        } finally {
            core.lock.unlock();
        }
    }

    /** Ends a {@link #hold}, if it is there. */
    public void endHold(Instant mark) {
        core.lock.lock();
        try {
            core.heldMarks.remove(mark.toEpochMilli());
        } finally {
            core.lock.unlock();
        }
    }

    /** The streams that any proof known is of. */
    public Set<String> streams() {
        core.lock.lock();
        try {
            return core.proofs.streams();
        } finally {
            core.lock.unlock();
        }
    }

    /** The proof with the highest sequence of a stream among those that came later than a moment; cheap. */
    public Optional<LastPublished> lastPublished(String stream, Instant after) {
        core.lock.lock();
        try {
            return Optional.ofNullable(core.proofs.highest(stream, after.toEpochMilli()));
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Whether a stream has given a new message a sequence that it had acknowledged before the event was handed out, or one below:
     * it has lost messages, however many it has taken since. Until it is {@link #distrust distrusted}.
     */
    public boolean gaveAgain(String stream) {
        core.lock.lock();
        try {
            return core.proofs.gaveAgain(stream);
        } finally {
            core.lock.unlock();
        }
    }

    /** Proofs up to a {@link #mark} say nothing of a stream as it is now; also after a restart, like {@link #keepMark}. */
    public void distrust(String stream, Instant mark) {
        core.lock.lock();
        try {
            core.seen(mark.toEpochMilli() + 1);
            core.proofs.distrust(stream, mark.toEpochMilli());
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Lets {@link #next()} pass over events accepted later than this one: while earlier ones are made pending again, what came after
     * them waits. 0 holds back all, {@link Long#MAX_VALUE} none, which is how it begins.
     */
    public void deliverUpTo(long sequence) {
        delivery.deliverUpTo(sequence);
    }

    /** What was there when the journal was opened. */
    public Recovered recovered() {
        return recovered;
    }

    /** Gives up an accepted or dead event; completes when that is durable. */
    public CompletableFuture<EventState> discard(Key key, String reason, Executor completeOn) {
        return operator.discard(key, reason, completeOn);
    }

    /**
     * Makes the key of a processed or discarded event, or of one that was only {@link #remember remembered}, new again; completes
     * when that is durable. Fails for a key that is not known, and for a pending or dead event.
     */
    public CompletableFuture<Void> forget(Key key, Executor completeOn) {
        return operator.forget(key, completeOn);
    }

    /**
     * Makes all keys new again but those of pending and dead events; completes when that is durable. Of what is settled at the same
     * time some keys may stay.
     */
    public CompletableFuture<Void> forgetAll(Executor completeOn) {
        return upkeep.forgetAll(completeOn);
    }

    /** A picture of this moment; cheap. */
    public JournalStats stats() {
        core.lock.lock();
        try {
            return new JournalStats(
                    core.segments.pending(),
                    core.inFlight.size(),
                    core.dead,
                    core.index.size(),
                    core.index.bytes(),
                    core.dedupeWindow(),
                    core.segments.bytes(),
                    core.config.maxSize(),
                    core.segments.size(),
                    (long) core.active.bytes() + core.flushingBytes,
                    core.unsavedCount(),
                    core.damages.records(),
                    core.lostRecords,
                    core.holdShortened(),
                    core.status(),
                    core.reason());
        } finally {
            core.lock.unlock();
        }
    }

    /** When the oldest event was accepted that is pending, in flight or not; empty when none is. May read 64 bytes from disk. */
    public Optional<Instant> oldestPendingAt() {
        return oldestPending.acceptedAt();
    }

    /** 16 random bytes that this installation keeps for good. */
    public byte[] installationKey() {
        return manifest.installationKey();
    }

    public void addListener(JournalListener listener) {
        core.listeners.add(listener);
    }

    /** Writes what waits, and closes. Appends that come later are refused. */
    @Override
    public void close() {
        core.lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            core.closing = true;
            core.flusherIdle = false;
            core.work.signalAll();
            core.upkeep.signalAll();
        } finally {
            core.lock.unlock();
        }
        // A thread that is interrupted cannot write: every write of it would close its file.
        boolean interrupted = Thread.interrupted();
        interrupted |= threads.stop();
        Closing closing = new Closing();
        closing.close(threads::writeWhatWaits);
        closing.close(flusher::close);
        core.segments.inOrder().forEach(segment -> closing.close(segment.file));
        upkeep.close(closing);
        manifest.close(closing);
        closing.close(core.storage);
        if (worker instanceof ExecutorService service) {
            service.shutdown();
        }
        if (closing.failure() == null) {
            LOG.info("journal is closed directory={}", core.config.directory());
        } else {
            LOG.warn("journal could not be closed cleanly directory={}", core.config.directory(), closing.failure());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
