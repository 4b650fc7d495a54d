package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written and forced together, and what memory makes of it then: one at a time. Called with the lock held. */
final class Flush {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    final ByteBuffer states;
    final List<Integer> stateOffsets = new ArrayList<>();

    private final Core core;
    private final List<StateRecord> lazies = new ArrayList<>();
    private final List<Urgent> urgents = new ArrayList<>();
    /** Where it is written, or null when nothing is. */
    private Segment segment;

    private Batch batch;
    /** How many of the events, and of the urgent changes, are in memory what they are on disk. */
    private int eventsDone;

    private int urgentsDone;

    Flush(Core core) {
        this.core = core;
        this.states = ByteBuffer.allocateDirect(core.config.stateCapacity());
    }

    /** Where something is written whose end is not known yet, or null. */
    Segment segment() {
        return segment;
    }

    Batch batch() {
        return batch;
    }

    /** Takes all that waits and fits, to be written to a segment. */
    void take(Segment target, Completions completions) {
        segment = target;
        batch = core.active;
        core.active = core.spare;
        core.spare = null;
        core.flushingBytes = batch.bytes();
        states.clear();
        stateOffsets.clear();
        // What is only remembered goes first: of two records of a key the later one counts.
        while (core.hasLazy() && states.remaining() >= StateRecord.MAX_OCCUPIED) {
            StateRecord record = core.takeLazy();
            lazies.add(record);
            put(record);
        }
        while (core.hasUrgent() && states.remaining() >= StateRecord.MAX_OCCUPIED) {
            Urgent asked = core.urgent.element();
            Urgent urgent = asked.with(asked.record().at(core.now()));
            JournalException objection = Changes.objection(core, urgent, urgents);
            if (objection != null) {
                Changes.refuse(core, urgent, objection, completions);
                core.urgent.remove();
                continue;
            }
            put(urgent.record());
            urgents.add(urgent);
            core.urgent.remove();
        }
        core.statesInFlight = !stateOffsets.isEmpty();
    }

    private void put(StateRecord record) {
        stateOffsets.add(states.position());
        RecordFormat.put(states, RecordFormat.STATE, record.time(), record.key(), record.encode());
    }

    /** Everything is on disk. When something is thrown half-way, what is done is done, and the rest is to fail. */
    void durable(long eventsAt, long statesAt, Completions completions) {
        try {
            for (Reservation event : batch.events) {
                pending(event, eventsAt + event.offsetInBatch, completions);
                eventsDone++;
            }
        } catch (RuntimeException | Error e) {
            Reservation event = batch.events.get(eventsDone);
            takeBack(event.key(), eventsAt + event.offsetInBatch);
            throw e;
        }
        for (int i = 0; i < lazies.size(); i++) {
            locate(lazies.get(i), statesAt + stateOffsets.get(i));
        }
        core.written();
        for (; urgentsDone < urgents.size(); urgentsDone++) {
            Urgent urgent = urgents.get(urgentsDone);
            Key key = urgent.record().key();
            int before = Location.kind(core.index.get(key.high(), key.low()));
            // In this order: of what fails half-way the index does not say that it was done.
            Changes.apply(core, urgent, before, completions);
            locate(urgent.record(), statesAt + stateOffsets.get(lazies.size() + urgentsDone));
        }
        if (!batch.events.isEmpty()) {
            tell(batch.events.size(), core.clock.nanos() - batch.firstAt);
        }
        end();
    }

    /** Nothing of it counts but what {@link #durable} has done. */
    void failed(JournalException cause, Completions completions) {
        for (Reservation event : batch.events.subList(eventsDone, batch.events.size())) {
            core.reservations.remove(event.key(), event);
            event.fail(cause, completions);
        }
        core.notWritten();
        urgents.subList(urgentsDone, urgents.size())
                .forEach(urgent -> Changes.refuse(core, urgent, cause, completions));
        end();
    }

    private void end() {
        batch.clear();
        core.spare = batch;
        batch = null;
        segment = null;
        lazies.clear();
        urgents.clear();
        eventsDone = 0;
        urgentsDone = 0;
        core.flushingBytes = 0;
        core.statesInFlight = false;
    }

    private void pending(Reservation event, long offset, Completions completions) {
        Key key = event.key();
        core.segments.addPending(segment, offset);
        core.index.put(
                key.high(),
                key.low(),
                Location.of(segment.slot, offset, Location.EVENT, core.bucket(event.acceptedAt)));
        core.reservations.remove(key);
        segment.records++;
        segment.events.add(event.sequence);
        event.succeed(completions);
    }

    /** Whoever sends this event again must not hear that it is known: it is not pending before a restart. */
    private void takeBack(Key key, long offset) {
        if (core.segments.takeReady(segment, offset)) {
            core.segments.removePending(segment);
        }
        long location = core.index.get(key.high(), key.low());
        if (location != 0 && Location.slot(location) == segment.slot && Location.offset(location) == offset) {
            core.index.remove(key.high(), key.low());
        }
    }

    private void locate(StateRecord record, long offset) {
        Key key = record.key();
        long before = core.index.put(
                key.high(), key.low(), Location.of(segment.slot, offset, record.kind(), core.bucket(record.time())));
        if (Location.kind(before) == Location.DEAD) {
            core.dead--;
        }
        if (record.kind() == Location.DEAD) {
            core.dead++;
        }
    }

    private void tell(int events, long nanos) {
        try {
            core.listeners.forEach(listener -> listener.appended(events, nanos));
        } catch (RuntimeException e) {
            LOG.error("a listener of the journal failed when it was told of events", e);
        }
    }
}
