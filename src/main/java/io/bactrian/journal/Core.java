package io.bactrian.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of a journal share: the lock and everything it guards. No file is touched while it is held. */
final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** Outcomes that may wait in memory for the disk; beyond, no event is handed out for delivery. */
    static final int MAX_LAZY = 1 << 17;
    /** Outcomes that are written at once instead of a little later. */
    static final int LAZY_BATCH = 512;
    /** Keys that may be in the middle of being accepted, and callers that may wait for an outcome. */
    static final int MAX_WAITING = 1 << 17;

    /** The dedupe window is counted in so many pieces. */
    static final int BUCKETS_IN_WINDOW = 1024;

    private static final long HOLD_SHORTENED_NANOS = TimeUnit.MINUTES.toNanos(1);

    final JournalConfig config;
    final Storage storage;
    final Clock clock;
    /** Reads from disk for whoever asks; refuses when too many do. */
    final Executor worker;
    /** The same thread for what is not refused: there is little of it, and nobody would ask again. */
    final Executor lane;

    final ReentrantLock lock = new ReentrantLock();
    /** The flusher waits here. */
    final Condition work = lock.newCondition();
    /** The upkeep waits here. */
    final Condition upkeep = lock.newCondition();

    final KeyIndex index;
    final Proofs proofs = new Proofs();
    final Damages damages = new Damages();
    final SegmentTable segments = new SegmentTable();
    final Map<Key, Reservation> reservations = new HashMap<>();
    final Map<Key, PendingEvent> inFlight = new HashMap<>();
    final Map<Key, List<Completion<State>>> settling = new HashMap<>();
    final ArrayDeque<Urgent> urgent = new ArrayDeque<>();
    final List<JournalListener> listeners = new CopyOnWriteArrayList<>();

    private final Turn turn;

    Batch active;
    Batch spare;
    /** Bytes in the batch that is being forced. */
    int flushingBytes;

    /** While this is set no state is written, because events are about to have new places. */
    boolean statesFrozen;

    final List<Runnable> afterThaw = new ArrayList<>();
    /** Whether the flusher is writing states. */
    boolean statesInFlight;

    boolean closing;
    boolean flusherIdle;
    /** Why no segment can be prepared: no room, or null. */
    String noRoom;
    /** Whether an event was refused since. */
    private boolean refusedForRoom;

    /** Why the disk does not take writes, or null. */
    String failing;
    /** The same for good, because a thread has ended that nobody ends, or null. */
    String ended;

    /** What was processed up to the latest of these moments is held for replays, however long ago that was. */
    final TreeSet<Long> heldMarks = new TreeSet<>();

    /** Whether the quota is nearly used, or the disk is full, so that the hold does not count. */
    boolean aboveSoftLimit;
    /** When it was so last, on the monotonic clock, or null. */
    Long holdShortenedAt;

    long dead;
    /** The highest sequence that is durable. */
    long durableSequence;

    long lostRecords;
    /** Events with a higher sequence are not handed out for now. */
    long deliverUpTo = Long.MAX_VALUE;

    long windowBuckets = BUCKETS_IN_WINDOW;

    private final Map<Key, StateRecord> lazy = new LinkedHashMap<>();
    private final Map<Key, StateRecord> writing = new HashMap<>();
    /** How long keys are remembered; never shorter than events are held, because the walk through those looks up their keys. */
    private final Duration window;

    private final long bucketMillis;
    private long lastTime;
    private long lazySince;
    private JournalStats.Status lastStatus = JournalStats.Status.OPEN;

    /** @param thread takes every task as long as it is not shut down */
    Core(JournalConfig config, Storage storage, Clock clock, Executor thread, long seed) {
        this.config = config;
        this.storage = storage;
        this.clock = clock;
        this.worker = new BoundedExecutor(thread, MAX_WAITING);
        this.lane = task -> runOn(thread, task);
        this.index = new KeyIndex(seed);
        this.turn = new Turn(clock);
        this.window = config.hold().compareTo(config.dedupeWindow()) > 0 ? config.hold() : config.dedupeWindow();
        this.bucketMillis = window.toMillis() / BUCKETS_IN_WINDOW + 1;
        this.active = new Batch(config.batchCapacity());
        this.spare = new Batch(config.batchCapacity());
    }

    private static void runOn(Executor thread, Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // the journal is closed
        }
    }

    /** Milliseconds that never go back, whatever the clock does. */
    long now() {
        lastTime = Math.max(lastTime, clock.millis());
        return lastTime;
    }

    /** A time that was read from a file. */
    void seen(long time) {
        lastTime = Math.max(lastTime, time);
    }

    int bucket(long time) {
        return (int) (time / bucketMillis & Location.MAX_BUCKETS - 1);
    }

    Duration dedupeWindow() {
        return windowBuckets == BUCKETS_IN_WINDOW ? window : Duration.ofMillis(windowBuckets * bucketMillis);
    }

    /** Whether a location is of a key whose time is up. */
    boolean expired(long location) {
        if (!Location.expires(Location.kind(location))) {
            return false;
        }
        int age = age(location);
        return age > windowBuckets && age < Location.MAX_BUCKETS / 2;
    }

    /** How many buckets ago the last thing happened to a key. */
    int age(long location) {
        return (bucket(now()) - Location.bucket(location)) & (Location.MAX_BUCKETS - 1);
    }

    long bucketMillis() {
        return bucketMillis;
    }

    /** The shortest window, which the hold still fits into. */
    long bucketsInHold() {
        return config.hold().toMillis() / bucketMillis + 1;
    }

    /** The location of a key that counts as known, or 0. */
    long lookup(Key key) {
        long location = index.get(key.high(), key.low());
        if (location == 0 || Location.kind(location) == Location.FORGOTTEN || expired(location)) {
            return 0;
        }
        return location;
    }

    /** What will be written of a key, or null. */
    StateRecord unsaved(Key key) {
        StateRecord record = lazy.get(key);
        return record == null ? writing.get(key) : record;
    }

    /** Whether the outcome of an event in a segment waits to be written. */
    boolean hasUnsaved(Segment segment) {
        return Stream.concat(lazy.values().stream(), writing.values().stream())
                .anyMatch(record -> record.eventSegment() == segment.ordinal);
    }

    /** Whether the hold was shortened within the last minute: longer than it takes, so that somebody can see it. */
    boolean holdShortened() {
        return holdShortenedAt != null && clock.nanos() - holdShortenedAt < HOLD_SHORTENED_NANOS;
    }

    int unsavedCount() {
        return lazy.size() + writing.size();
    }

    /** An outcome to be written soon; it replaces an older one of the key. */
    void writeLater(StateRecord record) {
        if (lazy.isEmpty()) {
            lazySince = clock.nanos();
        }
        lazy.put(record.key(), record);
        if (lazy.size() == 1 || lazy.size() == LAZY_BATCH) {
            wakeFlusher();
        }
    }

    void forgetUnsaved(Key key) {
        lazy.remove(key);
    }

    /** An event that is written later was moved. */
    void moveUnsaved(Key key, Segment from, long fromOffset, Segment to, long toOffset) {
        lazy.computeIfPresent(key, (k, record) -> record.movedTo(from, fromOffset, to, toOffset));
        for (int waiting = urgent.size(); waiting > 0; waiting--) {
            Urgent change = urgent.remove();
            StateRecord record = change.record();
            urgent.add(record.key().equals(key) ? change.with(record.movedTo(from, fromOffset, to, toOffset)) : change);
        }
    }

    boolean hasLazy() {
        return !statesFrozen && !lazy.isEmpty();
    }

    boolean hasUrgent() {
        return !statesFrozen && !urgent.isEmpty();
    }

    int lazyCount() {
        return lazy.size();
    }

    long lazySince() {
        return lazySince;
    }

    /** Takes the oldest waiting outcome for writing. */
    StateRecord takeLazy() {
        var first = lazy.entrySet().iterator().next();
        lazy.remove(first.getKey());
        writing.put(first.getKey(), first.getValue());
        return first.getValue();
    }

    void written() {
        writing.clear();
        lazySince = clock.nanos();
    }

    /** What could not be written waits again, unless something newer does. */
    void notWritten() {
        writing.forEach(lazy::putIfAbsent);
        writing.clear();
        lazySince = clock.nanos();
    }

    /** States are written again, and what waited for that goes on. */
    void thaw() {
        statesFrozen = false;
        afterThaw.forEach(lane::execute);
        afterThaw.clear();
        wakeFlusher();
    }

    /** Events were put into the batch, and complete on this executor. */
    void appended(Executor by) {
        turn.appended(by, this::endTurn);
        if (batchDue()) {
            wakeFlusher();
        }
    }

    private void endTurn() {
        lock.lock();
        try {
            turn.end();
            if (batchDue()) {
                wakeFlusher();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there are events to be written now. */
    boolean batchDue() {
        return !active.events.isEmpty() && (closing || !turn.holds(active.bytes()));
    }

    void wakeFlusher() {
        if (flusherIdle) {
            flusherIdle = false;
            work.signal();
        }
    }

    /** Somebody learns that an event is settled. */
    void settle(Key key, State state, Completions completions) {
        List<Completion<State>> waiting = settling.remove(key);
        if (waiting != null) {
            waiting.forEach(completion -> completions.add(completion.succeeded(state)));
        }
    }

    Completions completions() {
        return new Completions(lane);
    }

    JournalStats.Status status() {
        if (failing != null) {
            return JournalStats.Status.READ_ONLY;
        }
        return noRoom != null && (refusedForRoom || lastSegmentUsed(1))
                ? JournalStats.Status.FULL
                : JournalStats.Status.OPEN;
    }

    String reason() {
        return switch (status()) {
            case OPEN -> null;
            case FULL -> noRoom;
            case READ_ONLY -> failing;
        };
    }

    /** Whether events of so many bytes find no place until a segment can be prepared: one is reserved for outcomes. */
    boolean lastSegmentUsed(int bytes) {
        Segment current = segments.current;
        return segments.prepared.size() < 2
                && (current == null
                        || current.remaining()
                                < (long) flushingBytes + active.bytes() + 2L * config.stateCapacity() + bytes);
    }

    /** Why no segment can be prepared, or null when one was. */
    void noRoom(String reason) {
        noRoom = reason;
        refusedForRoom &= reason != null;
        checkStatus();
        wakeFlusher();
    }

    /** The refusal of an event for which there is no room. */
    JournalFullException full() {
        refusedForRoom = true;
        checkStatus();
        return new JournalFullException("the journal is full: " + noRoom, Duration.ofSeconds(10));
    }

    /** Tells of a change of status, if there is one; to be called after anything that may change it. */
    void checkStatus() {
        JournalStats.Status status = status();
        if (status == lastStatus) {
            return;
        }
        lastStatus = status;
        String reason = reason();
        if (status == JournalStats.Status.OPEN) {
            LOG.info("journal accepts again directory={}", config.directory());
        } else {
            LOG.error(
                    "journal does not accept directory={} status={} reason=\"{}\"", config.directory(), status, reason);
        }
        tell(listener -> listener.statusChanged(status, reason));
    }

    /**
     * Counts, tells of and puts aside damage as far as it is not known. Called without the lock.
     *
     * @throws IOException when it cannot be read now, and so is not known yet
     */
    void damaged(Damage damage) throws IOException {
        byte[] bytes = damage.read();
        boolean news;
        lock.lock();
        try {
            news = count(damage);
        } finally {
            lock.unlock();
        }
        if (news) {
            Damages.putAside(storage, damage, bytes);
        }
    }

    /** Counts and tells of damage as far as it is not known; returns whether it is news, and to be put aside. */
    boolean count(Damage damage) {
        long before = damages.records();
        boolean news = damages.add(damage);
        long records = damages.records() - before;
        if (records > 0) {
            String where = damage.segment().name() + ":" + damage.from();
            tell(listener -> listener.corrupted(records, where));
        }
        return news;
    }

    /** Tells all listeners on the worker. */
    void tell(Consumer<JournalListener> what) {
        if (!listeners.isEmpty()) {
            List<JournalListener> told = new ArrayList<>(listeners);
            lane.execute(() -> told.forEach(what));
        }
    }
}
