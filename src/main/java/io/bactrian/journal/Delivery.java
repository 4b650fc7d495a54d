package io.bactrian.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Hands out what is pending and takes back what became of it. */
final class Delivery {
    private static final int READ_AHEAD = 256 * 1024;
    /** Of one group the next event is seldom near. */
    private static final int READ_DEFERRED = 8 * 1024;

    private final Core core;
    private final RecordReader reader;
    private final RecordReader deferredReader;
    private final Unreadable unreadable;
    private volatile Runnable wakeUp;
    private boolean hungry = true;
    /** Whether the consumer was refused because of outcomes that wait, rather than for want of events. */
    private boolean stalled;
    /** Whether the event looked at last comes behind {@link Core#deliverUpTo}. */
    private boolean beyond;

    Delivery(Core core) {
        this.core = core;
        this.unreadable = new Unreadable(core);
        this.reader = new RecordReader(core.config.chunk(READ_AHEAD));
        this.deferredReader = new RecordReader(core.config.chunk(READ_DEFERRED));
    }

    void onAvailable(Runnable consumer) {
        core.lock.lock();
        try {
            wakeUp = consumer;
            hungry = true;
            offer();
        } finally {
            core.lock.unlock();
        }
    }

    /** Wakes the consumer if it found nothing before and would now. Called with the lock held. */
    void offer() {
        Runnable consumer = offered();
        if (consumer != null) {
            core.lane.execute(consumer);
        }
    }

    /** The consumer, to be woken when the lock is free, if it found nothing before and would now; else null. */
    Runnable offered() {
        Runnable consumer = wakeUp;
        boolean found = stalled || core.segments.firstReady() != null;
        if (!hungry || consumer == null || !found || core.closing || !mayGo()) {
            return null;
        }
        hungry = false;
        stalled = false;
        return consumer;
    }

    private boolean mayGo() {
        return core.unsavedCount() < Core.MAX_LAZY && core.deliverUpTo > 0;
    }

    boolean takesOutcomes() {
        core.lock.lock();
        try {
            if (mayGo()) {
                return true;
            }
            hungry = true;
            stalled = true;
            return false;
        } finally {
            core.lock.unlock();
        }
    }

    /** Makes ready what could not be read for long, now and then; called with the lock held. */
    void retryUnreadable() {
        if (unreadable.retry()) {
            offer();
        }
    }

    synchronized PendingEvent next() {
        while (true) {
            SegmentTable.Place place;
            core.lock.lock();
            try {
                Segment segment = takesOutcomes() ? core.segments.firstReady() : null;
                if (segment == null) {
                    hungry = true;
                    return null;
                }
                place = new SegmentTable.Place(segment, (long) segment.ready.first() * RecordFormat.UNIT);
            } finally {
                core.lock.unlock();
            }
            PendingEvent event = take(reader, place, null);
            if (event != null || beyond) {
                return event;
            }
        }
    }

    synchronized PendingEvent next(long group) {
        while (true) {
            SegmentTable.Place place;
            core.lock.lock();
            try {
                place = core.segments.firstDeferred(group);
            } finally {
                core.lock.unlock();
            }
            PendingEvent event = place == null ? null : take(deferredReader, place, group);
            if (place == null || event != null || beyond) {
                return event;
            }
        }
    }

    boolean isDeferred(long group) {
        core.lock.lock();
        try {
            return core.segments.firstDeferred(group) != null;
        } finally {
            core.lock.unlock();
        }
    }

    boolean isInFlight(PendingEvent event) {
        core.lock.lock();
        try {
            return core.inFlight.get(event.key()) == event;
        } finally {
            core.lock.unlock();
        }
    }

    void deliverUpTo(long sequence) {
        core.lock.lock();
        try {
            core.deliverUpTo = sequence;
            offer();
        } finally {
            core.lock.unlock();
        }
    }

    void processed(PendingEvent event, Published published) {
        Completions completions = core.completions();
        core.lock.lock();
        try {
            if (event.ending || !core.inFlight.remove(event.key(), event)) {
                return;
            }
            core.segments.removePending(event.segment);
            event.segment.processedAt = core.now();
            core.writeLater(record(event, Location.PROCESSED, event.attempts(), published, event.lastError(), null));
            core.proofs.add(event, published, core.now());
            core.settle(event.key(), State.PROCESSED, completions);
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
    }

    void failed(PendingEvent event, Failure failure, Instant nextAttemptAt) {
        giveBack(event, record(event, Location.RETRY, event.attempts() + 1, null, failure, nextAttemptAt), null);
    }

    void failed(PendingEvent event, Failure failure, Instant nextAttemptAt, long group) {
        giveBack(event, record(event, Location.RETRY, event.attempts() + 1, null, failure, nextAttemptAt), group);
    }

    void release(PendingEvent event) {
        giveBack(event, null, null);
    }

    void defer(PendingEvent event, long group) {
        giveBack(event, null, group);
    }

    void resume(long group) {
        core.lock.lock();
        try {
            core.segments.resume(group);
            offer();
        } finally {
            core.lock.unlock();
        }
    }

    void resumeDeferred() {
        core.lock.lock();
        try {
            core.segments.resumeDeferred();
            offer();
        } finally {
            core.lock.unlock();
        }
    }

    CompletableFuture<Void> dead(PendingEvent event, Failure failure, Executor completeOn) {
        Completion<Void> completion = new Completion<>(completeOn);
        core.lock.lock();
        try {
            if (event.ending || core.inFlight.get(event.key()) != event) {
                return CompletableFuture.failedFuture(new JournalException(event + " is not in flight"));
            }
            if (core.closing || core.failing != null) {
                return CompletableFuture.failedFuture(new JournalUnavailableException(
                        "the journal cannot write: " + core.failing, java.time.Duration.ofSeconds(1)));
            }
            event.ending = true;
            StateRecord record = record(event, Location.DEAD, event.attempts() + 1, null, failure, null);
            core.urgent.add(new Urgent(record, event, null, completion));
            core.wakeFlusher();
        } finally {
            core.lock.unlock();
        }
        return completion.future;
    }

    /** @param group to defer it in, or null when it is ready again */
    private void giveBack(PendingEvent event, StateRecord record, Long group) {
        core.lock.lock();
        try {
            if (event.ending || !core.inFlight.remove(event.key(), event)) {
                return;
            }
            if (record != null) {
                core.writeLater(record);
            }
            if (group == null) {
                core.segments.makeReady(event.segment, event.offset);
                offer();
            } else {
                core.segments.defer(event.segment, event.offset, group);
            }
        } finally {
            core.lock.unlock();
        }
    }

    private StateRecord record(
            PendingEvent event, int kind, int attempts, Published published, Failure failure, Instant nextAttemptAt) {
        core.lock.lock();
        try {
            return new StateRecord(
                    event.key(),
                    kind,
                    event.epoch(),
                    attempts,
                    event.sequence(),
                    event.acceptedAt().toEpochMilli(),
                    event.segment.ordinal,
                    event.offset,
                    published,
                    failure,
                    nextAttemptAt == null ? 0 : nextAttemptAt.toEpochMilli(),
                    core.now(),
                    event.history().failed(failure));
        } finally {
            core.lock.unlock();
        }
    }

    /** Reads an event and puts it in flight, or returns null when it is not to be delivered any more. */
    private PendingEvent take(RecordReader from, SegmentTable.Place place, Long group) {
        Segment segment = place.segment();
        long offset = place.offset();
        beyond = false;
        int at;
        try {
            at = from.read(segment, offset);
            if (at < 0 || RecordFormat.type(from.buffer(), at) != RecordFormat.EVENT) {
                unreadable.giveUp(place);
                return null;
            }
        } catch (IOException e) {
            unreadable.failed(place, e);
            return null;
        }
        Key key = RecordFormat.key(from.buffer(), at);
        byte[] payload = RecordFormat.body(from.buffer(), at);
        StateRecord state = Queries.stateOf(from.buffer(), at, segment, offset);
        Segment retried;
        long retry;
        core.lock.lock();
        try {
            StateRecord newer = core.unsaved(key);
            retry = newer == null ? core.index.get(key.high(), key.low()) : 0;
            if (newer != null || Location.kind(retry) != Location.RETRY) {
                return take(place, group, state, newer, payload);
            }
            retried = core.segments.at(retry);
        } finally {
            core.lock.unlock();
        }
        StateRecord newer;
        try {
            newer = newest(state, retried, retry);
        } catch (IOException e) {
            unreadable.failed(place, e);
            return null;
        }
        if (newer == null) {
            return null;
        }
        core.lock.lock();
        try {
            return take(place, group, state, newer, payload);
        } finally {
            core.lock.unlock();
        }
    }

    /** The newest state of an event, or what to go on with when that is damaged; null when there is a newer one by now. */
    private StateRecord newest(StateRecord first, Segment holder, long location) throws IOException {
        try {
            return Queries.read(first.key(), holder, Location.offset(location));
        } catch (DamagedRecordException | JournalDamagedException e) {
            return unreadable.lostState(first, holder, location, e);
        }
    }

    /** @param newer the state of a pending event that failed before or was replayed, or null */
    private PendingEvent take(
            SegmentTable.Place place, Long group, StateRecord written, StateRecord newer, byte[] payload) {
        StateRecord state = newer != null && newer.eventSequence() == written.eventSequence() ? newer : written;
        beyond = state.eventSequence() > core.deliverUpTo;
        if (beyond) {
            hungry = true;
            stalled |= group != null;
            return null;
        }
        if (group == null
                ? !core.segments.takeReady(place.segment(), place.offset())
                : !core.segments.takeDeferred(place, group)) {
            return null;
        }
        unreadable.succeeded(place);
        PendingEvent event = new PendingEvent(
                place.segment(),
                place.offset(),
                state.key(),
                state.eventSequence(),
                Instant.ofEpochMilli(state.acceptedAt()),
                state.epoch(),
                state.attempts(),
                state.failure(),
                state.history(),
                payload,
                core.proofs.soFar());
        core.inFlight.put(state.key(), event);
        return event;
    }
}
