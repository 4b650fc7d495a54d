package io.bactrian.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/** Answers questions about keys, from memory where it can, else from one or two records on disk. */
final class Queries {
    private static final int ATTEMPTS = 3;
    private static final int CHUNK = 4096;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long AWAITED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Core core;
    /** When somebody last asked for an outcome that was to come, on the monotonic clock. */
    private volatile long awaitedAt;

    Queries(Core core) {
        this.core = core;
        this.awaitedAt = core.clock.nanos() - AWAITED_NANOS;
    }

    boolean contains(Key key) {
        core.lock.lock();
        try {
            return core.reservations.containsKey(key) || core.lookup(key) != 0;
        } finally {
            core.lock.unlock();
        }
    }

    Optional<EventState> find(Key key) {
        StateRecord record = record(key);
        return record == null ? Optional.empty() : Optional.of(record.toEventState(payloadKept(record)));
    }

    Optional<EventState> findUnwritten(Key key) {
        core.lock.lock();
        try {
            StateRecord unsaved = core.unsaved(key);
            return unsaved == null ? Optional.empty() : Optional.of(unsaved.toEventState(payloadKept(unsaved)));
        } finally {
            core.lock.unlock();
        }
    }

    Optional<byte[]> payload(Key key) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            StateRecord record = record(key);
            Segment segment = record == null ? null : eventSegment(record);
            if (segment == null) {
                return Optional.empty();
            }
            try {
                RecordReader reader = new RecordReader(CHUNK);
                int at = reader.read(segment, record.eventOffset());
                if (at >= 0) {
                    return Optional.of(RecordFormat.body(reader.buffer(), at));
                }
            } catch (IOException e) {
                throwUnlessMoved(segment, e);
            }
        }
        return Optional.empty();
    }

    boolean isAwaited() {
        return core.clock.nanos() - awaitedAt < AWAITED_NANOS;
    }

    CompletableFuture<State> settled(Key key, Executor completeOn) {
        awaitedAt = core.clock.nanos();
        Completion<State> completion = new Completion<>(completeOn);
        core.lock.lock();
        try {
            StateRecord unsaved = core.unsaved(key);
            int kind = unsaved != null ? unsaved.kind() : Location.kind(core.lookup(key));
            if (kind != 0 && !Location.pending(kind)) {
                Completions completions = core.completions();
                completions.add(completion.succeeded(StateRecord.state(kind)));
                completions.dispatch();
                return completion.future;
            }
            if (kind == 0 && !core.reservations.containsKey(key)) {
                return CompletableFuture.failedFuture(new JournalException("key " + key + " is not known"));
            }
            if (core.settling.size() >= Core.MAX_WAITING) {
                return CompletableFuture.failedFuture(
                        new JournalUnavailableException("too many callers wait for an outcome", SOON));
            }
            core.settling.computeIfAbsent(key, k -> new ArrayList<>(1)).add(completion);
        } finally {
            core.lock.unlock();
        }
        CompletableFuture<State> unused = completion.future.whenComplete((state, failure) -> {
            if (failure != null) {
                forget(key, completion);
            }
        });
        return completion.future;
    }

    /** Tells a duplicate of a durable event when that was accepted; this may need the disk, so the worker does it. */
    void completeDuplicate(Key key, Completion<Appended> duplicate) {
        try {
            core.worker.execute(() -> {
                Completions completions = core.completions();
                try {
                    StateRecord record = record(key);
                    completions.add(
                            record == null
                                    ? duplicate.failed(forgotten(key))
                                    : duplicate.succeeded(new Appended(
                                            key,
                                            record.eventSequence(),
                                            Instant.ofEpochMilli(record.acceptedAt()),
                                            true)));
                } catch (RuntimeException e) {
                    completions.add(duplicate.failed(e));
                }
                completions.dispatch();
            });
        } catch (RejectedExecutionException e) {
            duplicate.future.completeExceptionally(
                    new JournalUnavailableException("too many questions wait for the disk", SOON, e));
        }
    }

    private static JournalUnavailableException forgotten(Key key) {
        return new JournalUnavailableException(
                "key " + key + " was forgotten while it was looked up, it is new again", SOON);
    }

    /** Everything about a key, or null when it is not known. */
    StateRecord record(Key key) {
        return record(key, new RecordReader(CHUNK), kind -> true);
    }

    /**
     * The same without a look at the disk when its kind is another than is wanted: then null.
     *
     * @throws JournalDamagedException when it cannot be read since its record is damaged
     * @throws JournalUnavailableException when the disk does not give it out now
     */
    StateRecord record(Key key, RecordReader reader, IntPredicate wanted) {
        for (int attempt = 0; ; attempt++) {
            long location;
            Segment segment;
            core.lock.lock();
            try {
                StateRecord unsaved = core.unsaved(key);
                if (unsaved != null) {
                    return wanted.test(unsaved.kind()) ? unsaved : null;
                }
                location = core.lookup(key);
                if (location == 0 || !wanted.test(Location.kind(location))) {
                    return null;
                }
                segment = core.segments.at(location);
            } finally {
                core.lock.unlock();
            }
            try {
                return read(reader, key, segment, Location.offset(location));
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    String message = "cannot read the state of key " + key + " in " + segment.name();
                    throw e instanceof DamagedRecordException
                            ? new JournalDamagedException(message + ": " + e.getMessage())
                            : new JournalUnavailableException(message, SOON, e);
                }
            }
        }
    }

    static StateRecord read(Key key, Segment segment, long offset) throws IOException {
        return read(new RecordReader(CHUNK), key, segment, offset);
    }

    /** @throws DamagedRecordException when it says nothing of that key */
    static StateRecord read(RecordReader reader, Key key, Segment segment, long offset) throws IOException {
        int at = reader.read(segment, offset);
        if (at < 0 || !RecordFormat.key(reader.buffer(), at).equals(key)) {
            throw new DamagedRecordException(segment, offset);
        }
        return stateOf(reader.buffer(), at, segment, offset);
    }

    /** What a record says: a state record itself, or the first state of an event. */
    static StateRecord stateOf(java.nio.ByteBuffer buffer, int at, Segment segment, long offset) {
        Key key = RecordFormat.key(buffer, at);
        long time = RecordFormat.time(buffer, at);
        if (RecordFormat.type(buffer, at) == RecordFormat.STATE) {
            return StateRecord.decode(key, time, RecordFormat.bodyView(buffer, at));
        }
        return new StateRecord(
                key,
                Location.EVENT,
                0,
                0,
                RecordFormat.sequence(buffer, at),
                time,
                segment.ordinal,
                offset,
                null,
                null,
                0,
                time,
                History.NONE);
    }

    private boolean payloadKept(StateRecord record) {
        return eventSegment(record) != null;
    }

    private Segment eventSegment(StateRecord record) {
        core.lock.lock();
        try {
            return core.segments.get(record.eventSegment());
        } finally {
            core.lock.unlock();
        }
    }

    private void throwUnlessMoved(Segment segment, IOException e) {
        core.lock.lock();
        try {
            if (core.segments.get(segment.ordinal) == segment) {
                throw new JournalUnavailableException("cannot read " + segment.name(), SOON, e);
            }
        } finally {
            core.lock.unlock();
        }
    }

    private void forget(Key key, Completion<State> completion) {
        core.lock.lock();
        try {
            List<Completion<State>> waiting = core.settling.get(key);
            if (waiting != null && waiting.remove(completion) && waiting.isEmpty()) {
                core.settling.remove(key);
            }
        } finally {
            core.lock.unlock();
        }
    }
}
