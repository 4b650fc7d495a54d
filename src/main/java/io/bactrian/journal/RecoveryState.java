package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rebuilds index and pending events from the records: of each key, the record with the highest sequence counts. */
final class RecoveryState implements SegmentScanner.Visitor {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Core core;
    private final RecordReader reader = new RecordReader(4096);
    private final long forgottenBelow;
    private final List<Damage> damages = new ArrayList<>();
    private final LostStates lostStates;
    private long lastSequence;
    private long lastTime;

    /** @param forgottenBelow records of settled events with a lower sequence are of keys that are new again */
    RecoveryState(Core core, long forgottenBelow) {
        this.core = core;
        this.lostStates = new LostStates(core);
        this.forgottenBelow = forgottenBelow;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** When the newest record was written, in milliseconds; 0 when there is none. */
    long lastTime() {
        return lastTime;
    }

    @Override
    public void record(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
        long sequence = RecordFormat.sequence(buffer, at);
        lastSequence = Math.max(lastSequence, sequence);
        byte type = RecordFormat.type(buffer, at);
        if (type != RecordFormat.EVENT && type != RecordFormat.STATE) {
            return;
        }
        if (type == RecordFormat.EVENT) {
            segment.records++;
            segment.events.add(sequence);
        }
        long time = RecordFormat.time(buffer, at);
        core.seen(time);
        lastTime = Math.max(lastTime, time);
        long high = RecordFormat.keyHigh(buffer, at);
        long low = RecordFormat.keyLow(buffer, at);
        long before = core.index.get(high, low);
        if (before != 0 && isNewer(before, segment, sequence)) {
            return;
        }
        int kind = Location.EVENT;
        Segment eventSegment = segment;
        long eventOffset = offset;
        if (type == RecordFormat.STATE) {
            StateRecord state = state(segment, offset, buffer, at);
            if (state == null) {
                return;
            }
            kind = state.kind();
            if (kind == Location.PROCESSED && state.published() != null) {
                core.proofs.add(state.key(), state.epoch(), state.published(), time);
            }
            eventSegment = core.segments.get(state.eventSegment());
            eventOffset = state.eventOffset();
            if (eventSegment == null && (kind == Location.RETRY || kind == Location.DEAD)) {
                // What came later of the event is over and forgotten, and the event is gone.
                return;
            }
            if (kind == Location.PROCESSED && eventSegment != null) {
                eventSegment.processedAt = Math.max(eventSegment.processedAt, time);
            }
            if (sequence < forgottenBelow && Location.expires(kind)) {
                kind = Location.GONE;
            }
        }
        clearPending(before);
        if (Location.pending(kind) && eventSegment != null) {
            core.segments.addPending(eventSegment, eventOffset);
        }
        core.index.put(high, low, Location.of(segment.slot, offset, kind, core.bucket(time)));
    }

    /** What a state record says, or null when it says nothing that can be. */
    private StateRecord state(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
        try {
            StateRecord state = Queries.stateOf(buffer, at, segment, offset);
            Segment eventSegment = core.segments.get(state.eventSegment());
            if (eventSegment == null || state.eventOffset() < eventSegment.size) {
                return state;
            }
        } catch (JournalDamagedException e) {
            LOG.error(
                    "journal found a record that it does not understand segment={} offset={}",
                    segment.name(),
                    offset,
                    e);
        }
        corrupt(segment, offset, offset + RecordFormat.occupiedAt(buffer, at), 1);
        return null;
    }

    @Override
    public void corrupt(Segment segment, long from, long to, long records) throws IOException {
        Damage damage = new Damage(segment, from, to, records);
        core.damaged(damage);
        damages.add(damage);
        lostStates.add(damage);
    }

    /** Forgets what is over or damaged, and counts the dead. */
    void finish() throws IOException {
        lostStates.makePending(reader, damages);
        for (int table = 0; table < KeyIndex.TABLES; table++) {
            core.index.sweep(
                    table,
                    (high, low, location) -> !core.expired(location)
                            && Location.kind(location) != Location.GONE
                            && !isDamaged(location));
            core.index.sweep(table, (high, low, location) -> {
                core.dead += Location.kind(location) == Location.DEAD ? 1 : 0;
                return true;
            });
        }
    }

    /** Whether a location is of a pending event that cannot be read: its key is new again, so that it may be sent again. */
    private boolean isDamaged(long location) throws IOException {
        if (damages.isEmpty() || Location.kind(location) != Location.RETRY) {
            return false;
        }
        Segment segment = core.segments.at(location);
        int at = reader.readUnended(segment, Location.offset(location));
        if (at < 0) {
            return false;
        }
        StateRecord state = Queries.stateOf(reader.buffer(), at, segment, Location.offset(location));
        if (damages.stream().noneMatch(damage -> damage.hitEvent(state))) {
            return false;
        }
        clearPending(location);
        return true;
    }

    private boolean isNewer(long before, Segment segment, long sequence) throws IOException {
        Segment other = core.segments.at(before);
        if (other.isLog() && segment.isLog()) {
            return false;
        }
        int at = reader.readUnended(other, Location.offset(before));
        if (at < 0) {
            return false;
        }
        long otherSequence = RecordFormat.sequence(reader.buffer(), at);
        // Of two copies of a record the kept one names the place of the event that still exists.
        return otherSequence > sequence || (otherSequence == sequence && segment.isLog());
    }

    /** The event that was pending by an older record is not any more. */
    private void clearPending(long before) throws IOException {
        int kind = Location.kind(before);
        if (!Location.pending(kind)) {
            return;
        }
        Segment segment = core.segments.at(before);
        long offset = Location.offset(before);
        if (kind == Location.RETRY) {
            int at = reader.readUnended(segment, offset);
            if (at < 0) {
                return;
            }
            StateRecord state = Queries.stateOf(reader.buffer(), at, segment, offset);
            segment = core.segments.get(state.eventSegment());
            offset = state.eventOffset();
        }
        if (segment != null && core.segments.takeReady(segment, offset)) {
            core.segments.removePending(segment);
        }
    }
}
