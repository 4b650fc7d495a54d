package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies the last batch of segments that were not closed, and ends them before it. */
final class TailCopy implements AutoCloseable {
    private record Place(long ordinal, long offset) {}

    private record Move(Key key, boolean event, Segment from, long fromOffset, long toOffset) {}

    private final Core core;
    private final KeptWriter writer;
    private final RecordReader reader;
    private final Set<Long> sequences = new HashSet<>();
    private final Map<Place, Long> events = new HashMap<>();
    private final List<Move> moves = new ArrayList<>();
    private Manifest.Entry entry;
    private boolean applied;

    TailCopy(Core core, KeptWriter writer) {
        this.core = core;
        this.reader = new RecordReader(core.config.chunk(1 << 20));
        this.writer = writer;
    }

    /** Copies what begins at the last batch, and closes the segment there. */
    void copy(Segment segment, long lastBatch) throws IOException {
        for (long offset = lastBatch; offset < segment.end; ) {
            int at = reader.read(segment, offset);
            if (at < 0) {
                offset += RecordFormat.UNIT;
                continue;
            }
            copy(segment, offset, at);
            offset += RecordFormat.occupiedAt(reader.buffer(), at);
        }
        segment.end = lastBatch;
        segment.closed = true;
    }

    /** Makes the copies durable; false when there are none. From now on a manifest may name them, even one whose writing fails. */
    boolean finish() throws IOException {
        entry = writer.isEmpty() ? null : writer.finish();
        return entry != null;
    }

    Manifest.Entry entry() {
        return entry;
    }

    /** Lets memory look at the copies. */
    void apply() throws IOException {
        if (entry == null) {
            return;
        }
        Segment to = core.segments.add(entry, writer.file());
        to.events.copy(writer.events());
        applied = true;
        for (Move move : moves) {
            Key key = move.key;
            long location = core.index.get(key.high(), key.low());
            if (core.segments.at(location) == move.from && Location.offset(location) == move.fromOffset) {
                core.index.put(
                        key.high(),
                        key.low(),
                        Location.of(to.slot, move.toOffset, Location.kind(location), Location.bucket(location)));
            }
            if (move.event) {
                core.segments.movePending(move.from, move.fromOffset, to, move.toOffset);
                core.moveUnsaved(key, move.from, move.fromOffset, to, move.toOffset);
            }
            to.inherit(move.from);
            to.records += move.event ? 1 : 0;
        }
    }

    /** What no manifest can name is deleted; what one may name is left for the next start to decide. */
    @Override
    public void close() throws IOException {
        if (entry == null) {
            writer.discard();
        } else if (!applied) {
            writer.file().close();
        }
    }

    private void copy(Segment segment, long offset, int at) throws IOException {
        ByteBuffer buffer = reader.buffer();
        byte type = RecordFormat.type(buffer, at);
        long sequence = RecordFormat.sequence(buffer, at);
        boolean copied = type == RecordFormat.EVENT || type == RecordFormat.STATE;
        if (!copied || !sequences.add(sequence)) {
            return;
        }
        Key key = RecordFormat.key(buffer, at);
        if (type == RecordFormat.EVENT) {
            long to = writer.copy(buffer, at);
            events.put(new Place(segment.ordinal, offset), to);
            moves.add(new Move(key, true, segment, offset, to));
            return;
        }
        if (hasNewerTwin(key, segment, offset, sequence)) {
            return;
        }
        StateRecord state = Queries.stateOf(buffer, at, segment, offset);
        Long moved = events.get(new Place(state.eventSegment(), state.eventOffset()));
        long to = writer.put(moved == null ? state : state.movedTo(writer.ordinal(), moved), sequence);
        moves.add(new Move(key, false, segment, offset, to));
    }

    /** Whether the same record was copied before, together with its event: that copy knows where the event is, this one does not. */
    private boolean hasNewerTwin(Key key, Segment segment, long offset, long sequence) throws IOException {
        long location = core.index.get(key.high(), key.low());
        if (location == 0 || (core.segments.at(location) == segment && Location.offset(location) == offset)) {
            return false;
        }
        RecordReader current = new RecordReader(RecordFormat.SEGMENT_HEADER);
        int at = current.read(core.segments.at(location), Location.offset(location));
        return at >= 0 && RecordFormat.sequence(current.buffer(), at) == sequence;
    }
}
