package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Damaged records that a start finds and that still say, as far as one can tell, that an event was pending again or dead. Nobody
 * knows the epoch it was in, and by what was said of it before it could go under an id that NATS knows, or not at all: so it is
 * pending under a new one.
 */
final class LostStates {
    private static final int EVENT_SEQUENCE_AT = RecordFormat.HEADER + 16;

    private final Core core;
    private final List<Lost> found = new ArrayList<>();

    /** What the bytes say, of which one thing is mostly wrong. */
    private record Lost(Key key, long sequence, long time, long eventSequence) {
        /** Sequence and time must agree, or a wrong one would make an old state the newest at every start. */
        boolean isNewerThan(ByteBuffer buffer, int at) {
            return sequence > RecordFormat.sequence(buffer, at) && time >= RecordFormat.time(buffer, at);
        }
    }

    LostStates(Core core) {
        this.core = core;
    }

    /** Looks for them in damaged bytes. */
    void add(Damage damage) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(damage.read());
        for (int at = 0; at + 2 * RecordFormat.UNIT <= bytes.limit(); at += RecordFormat.UNIT) {
            if (RecordFormat.plausible(bytes, at, damage.segment().salt, damage.from() + at)
                    && RecordFormat.type(bytes, at) == RecordFormat.STATE
                    && isOfInterest(bytes.get(at + RecordFormat.HEADER))) {
                found.add(new Lost(
                        RecordFormat.key(bytes, at),
                        RecordFormat.sequence(bytes, at),
                        RecordFormat.time(bytes, at),
                        bytes.getLong(at + EVENT_SEQUENCE_AT)));
            }
        }
    }

    private static boolean isOfInterest(int kind) {
        return kind == Location.RETRY || kind == Location.DEAD;
    }

    /** Makes their events pending, unless something newer is known of them, or they are damaged too. */
    void makePending(RecordReader reader, List<Damage> damages) throws IOException {
        for (Lost lost : found) {
            Key key = lost.key;
            long location = core.index.get(key.high(), key.low());
            Segment segment = core.segments.at(location);
            int at = location == 0 ? -1 : reader.readUnended(segment, Location.offset(location));
            if (at < 0 || !lost.isNewerThan(reader.buffer(), at)) {
                continue;
            }
            StateRecord known = Queries.stateOf(reader.buffer(), at, segment, Location.offset(location));
            Segment events = core.segments.get(known.eventSegment());
            boolean there = events != null
                    && known.eventSequence() == lost.eventSequence
                    && damages.stream().noneMatch(damage -> damage.hitEvent(known));
            if (there) {
                makePending(known, events, location);
            }
        }
    }

    private void makePending(StateRecord known, Segment events, long location) {
        Key key = known.key();
        if (!Location.pending(known.kind())) {
            core.segments.addPending(events, known.eventOffset());
        }
        // Its time counts anew, or the key could be over before that is written.
        core.index.put(
                key.high(),
                key.low(),
                Location.of(Location.slot(location), Location.offset(location), known.kind(), core.bucket(core.now())));
        core.writeLater(known.lost(Location.RETRY, core.now()));
    }
}
