package io.bactrian.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Decides whether an event is new and puts it into the batch that is forced next. Never blocks on a disk. */
final class Intake {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(10);

    private final Core core;
    private final Queries queries;

    Intake(Core core, Queries queries) {
        this.core = core;
        this.queries = queries;
    }

    Reservation reserve(Key key) {
        core.lock.lock();
        try {
            Reservation original = core.reservations.get(key);
            if (original != null || core.lookup(key) != 0) {
                return Reservation.duplicate(key, original);
            }
            if (core.closing || core.failing != null) {
                throw unavailable();
            }
            return reserveNew(key);
        } finally {
            core.lock.unlock();
        }
    }

    void release(Reservation reservation, Throwable cause) {
        Completions completions = core.completions();
        core.lock.lock();
        try {
            if (reservation.phase != Reservation.Phase.RESERVED
                    || !core.reservations.remove(reservation.key(), reservation)) {
                return;
            }
            reservation.fail(cause, completions);
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
    }

    CompletableFuture<Appended> append(Reservation reservation, byte[] payload, Executor completeOn) {
        if (!reservation.isNew()) {
            return durable(reservation.key(), completeOn);
        }
        JournalException refusal;
        core.lock.lock();
        try {
            if (reservation.phase != Reservation.Phase.RESERVED
                    || core.reservations.get(reservation.key()) != reservation) {
                return refused(new JournalException("the reservation of key " + reservation.key() + " has ended"));
            }
            refusal = refusal(occupied(payload));
            if (refusal == null) {
                Completion<Appended> completion = new Completion<>(completeOn);
                add(reservation, payload, completion);
                core.appended(completeOn);
                return completion.future;
            }
        } finally {
            core.lock.unlock();
        }
        release(reservation, refusal);
        return refused(refusal);
    }

    CompletableFuture<Appended> append(Key key, byte[] payload, Executor completeOn) {
        core.lock.lock();
        try {
            Completion<Appended> completion = new Completion<>(completeOn);
            if (known(key, completion)) {
                return completion.future;
            }
            JournalException refusal = refusal(occupied(payload));
            if (refusal != null) {
                return refused(refusal);
            }
            addNew(key, payload, completion);
            core.appended(completeOn);
            return completion.future;
        } catch (JournalException e) {
            return refused(e);
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * All or none: the new ones enter one batch. What the list repeats is a duplicate of its first occurrence; what is known
     * joins its original.
     */
    CompletableFuture<List<Appended>> appendAll(List<NewEvent> events, Executor completeOn) {
        List<CompletableFuture<Appended>> parts = new ArrayList<>(events.size());
        core.lock.lock();
        try {
            JournalException refusal = refusal(events);
            if (refusal != null) {
                return refused(refusal);
            }
            try {
                for (NewEvent event : events) {
                    // Only the combination below hangs on the parts, so they may complete where they become known.
                    Completion<Appended> part = new Completion<>(Runnable::run);
                    parts.add(part.future);
                    if (!known(event.key(), part)) {
                        addNew(event.key(), event.payload(), part);
                    }
                }
            } finally {
                core.appended(completeOn);
            }
        } finally {
            core.lock.unlock();
        }
        CompletableFuture<Void> allParts = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
        Completion<List<Appended>> completion = new Completion<>(completeOn);
        CompletableFuture<Void> unused = allParts.whenComplete((nothing, failure) -> {
            Completions completions = core.completions();
            completions.add(
                    failure == null
                            ? completion.succeeded(
                                    parts.stream().map(CompletableFuture::join).toList())
                            : completion.failed(failure.getCause()));
            completions.dispatch();
        });
        return completion.future;
    }

    CompletableFuture<Appended> durable(Key key, Executor completeOn) {
        core.lock.lock();
        try {
            Completion<Appended> completion = new Completion<>(completeOn);
            return known(key, completion)
                    ? completion.future
                    : refused(new JournalException("key " + key + " is not known"));
        } finally {
            core.lock.unlock();
        }
    }

    CompletableFuture<Void> remember(Key key, Executor completeOn) {
        Reservation reservation;
        JournalException refusal;
        core.lock.lock();
        try {
            if (core.lookup(key) != 0) {
                Completion<Void> completion = new Completion<>(completeOn);
                Completions completions = core.completions();
                completions.add(completion.succeeded(null));
                completions.dispatch();
                return completion.future;
            }
            reservation = core.reservations.get(key);
            if (!core.closing && core.failing == null) {
                return remember(reservation == null ? reserveNew(key) : reservation, completeOn);
            }
            refusal = unavailable();
        } catch (JournalException e) {
            return refused(e);
        } finally {
            core.lock.unlock();
        }
        if (reservation != null) {
            release(reservation, refusal);
        }
        return refused(refusal);
    }

    /** Ends a reservation without an event; called with the lock held. */
    private CompletableFuture<Void> remember(Reservation reservation, Executor completeOn) {
        if (reservation.phase == Reservation.Phase.APPENDED) {
            Completion<Appended> joined = new Completion<>(completeOn);
            reservation.join(joined);
            return joined.future.thenApply(appended -> null);
        }
        reservation.phase = Reservation.Phase.APPENDED;
        long now = core.now();
        reservation.acceptedAt = now;
        StateRecord record = new StateRecord(
                reservation.key(),
                Location.REMEMBERED,
                0,
                0,
                0,
                now,
                StateRecord.NO_SEGMENT,
                0,
                null,
                null,
                0,
                now,
                History.NONE);
        Completion<Void> completion = new Completion<>(completeOn);
        core.urgent.add(new Urgent(record, null, reservation, completion));
        core.wakeFlusher();
        return completion.future;
    }

    private Reservation reserveNew(Key key) {
        if (core.reservations.size() >= Core.MAX_WAITING) {
            throw tooMany();
        }
        if (!core.urgent.isEmpty()) {
            refuseChanges(key);
        }
        Reservation reservation = Reservation.first(key);
        core.reservations.put(key, reservation);
        return reservation;
    }

    /** What still waits to be changed is an event of before, which is over or lost: written behind a new one it would hide that. */
    private void refuseChanges(Key key) {
        Completions completions = core.completions();
        core.urgent.removeIf(change -> {
            boolean gone = change.record().key().equals(key);
            if (gone) {
                Changes.refuse(
                        core, change, new JournalException("event " + key + " is not known any more"), completions);
            }
            return gone;
        });
        completions.dispatch();
    }

    private void addNew(Key key, byte[] payload, Completion<Appended> completion) {
        Reservation event = reserveNew(key);
        try {
            add(event, payload, completion);
        } catch (RuntimeException | Error e) {
            core.reservations.remove(key, event);
            throw e;
        }
    }

    /** When it throws, for want of memory, the reservation is as it was. */
    private void add(Reservation event, byte[] payload, Completion<Appended> completion) {
        event.acceptedAt = core.now();
        event.completion = completion;
        if (core.active.events.isEmpty()) {
            core.active.firstAt = core.clock.nanos();
        }
        core.active.add(event, payload);
        event.phase = Reservation.Phase.APPENDED;
    }

    /** Lets a duplicate wait for its original; false when the key is free. */
    private boolean known(Key key, Completion<Appended> duplicate) {
        Reservation original = core.reservations.get(key);
        if (original != null) {
            original.join(duplicate);
            return true;
        }
        if (core.lookup(key) == 0) {
            return false;
        }
        queries.completeDuplicate(key, duplicate);
        return true;
    }

    /** Why a batch cannot be taken now, or null; one without a new event always can. */
    private JournalException refusal(List<NewEvent> events) {
        Map<Key, Integer> fresh = new HashMap<>();
        for (NewEvent event : events) {
            if (!core.reservations.containsKey(event.key()) && core.lookup(event.key()) == 0) {
                fresh.putIfAbsent(event.key(), occupied(event.payload()));
            }
        }
        if (fresh.isEmpty()) {
            return null;
        }
        if (core.reservations.size() + fresh.size() > Core.MAX_WAITING) {
            return tooMany();
        }
        long bytes = fresh.values().stream().mapToLong(Integer::longValue).sum();
        return refusal((int) Math.min(bytes, Integer.MAX_VALUE));
    }

    private static int occupied(byte[] payload) {
        return payload.length > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : RecordFormat.occupied(payload.length);
    }

    /** Why so many bytes cannot be taken now; null when they can, and the batch has room for them then. */
    private JournalException refusal(int bytes) {
        if (core.closing || core.failing != null) {
            return unavailable();
        }
        if (bytes > core.config.batchCapacity()) {
            return new JournalTooLargeException(bytes + " bytes are more than fit into one batch of the journal, "
                    + core.config.batchCapacity() + ": raise segment-size or max-in-flight-bytes");
        }
        if (core.noRoom != null && core.lastSegmentUsed(bytes)) {
            return core.full();
        }
        if (bytes > core.active.remaining()) {
            return new JournalUnavailableException(
                    "the disk is slower than the senders: " + (core.active.bytes() + core.flushingBytes)
                            + " bytes wait for their fsync",
                    SOON);
        }
        return core.active.makeRoom(bytes)
                ? null
                : new JournalUnavailableException("there is no memory for a batch of more events", SOON);
    }

    private JournalUnavailableException tooMany() {
        return new JournalUnavailableException(
                core.reservations.size() + " events are being accepted, more than the journal allows", SOON);
    }

    private JournalUnavailableException unavailable() {
        return core.closing
                ? new JournalUnavailableException("the journal is closed", SOON)
                : new JournalUnavailableException("the journal cannot write: " + core.failing, LATER);
    }

    private static <T> CompletableFuture<T> refused(JournalException cause) {
        return CompletableFuture.failedFuture(cause);
    }
}
