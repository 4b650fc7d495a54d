package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks through the processed events whose payload is still kept, in the order of acceptance, as far as there were any when the
 * walk began. Reads from disk and holds nothing in memory but a chunk; for one thread. What goes meanwhile is passed over, what
 * changes may be told as it was.
 */
public final class ProcessedWalk {
    private static final int READ_AHEAD = 256 * 1024;

    private final Core core;
    private final RecordReader events;
    private final RecordReader states;
    private final long last;
    private Segment segment;
    private long offset = RecordFormat.SEGMENT_HEADER;

    ProcessedWalk(Core core) {
        this.core = core;
        this.events = new RecordReader(core.config.chunk(READ_AHEAD));
        this.states = new RecordReader(core.config.chunk(READ_AHEAD));
        core.lock.lock();
        try {
            last = core.durableSequence;
            segment = core.segments.first();
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * The next one, or null at the end.
     *
     * @throws JournalException when the disk cannot be read
     */
    public ProcessedEvent next() {
        while (segment != null) {
            if (offset >= segment.end || isGone()) {
                nextSegment();
                continue;
            }
            try {
                int at = events.read(segment, offset);
                long here = offset;
                offset += at < 0 ? RecordFormat.UNIT : RecordFormat.occupiedAt(events.buffer(), at);
                if (at < 0 || RecordFormat.type(events.buffer(), at) != RecordFormat.EVENT) {
                    continue;
                }
                if (RecordFormat.sequence(events.buffer(), at) > last) {
                    segment = null;
                    return null;
                }
                ProcessedEvent event = processed(events.buffer(), at, here);
                if (event != null) {
                    return event;
                }
            } catch (IOException e) {
                if (!isGone()) {
                    throw new JournalException("cannot read " + segment.name(), e);
                }
                nextSegment();
            }
        }
        return null;
    }

    private boolean isGone() {
        core.lock.lock();
        try {
            return core.segments.get(segment.ordinal) != segment;
        } finally {
            core.lock.unlock();
        }
    }

    private void nextSegment() {
        core.lock.lock();
        try {
            segment = core.segments.after(segment);
            offset = RecordFormat.SEGMENT_HEADER;
        } finally {
            core.lock.unlock();
        }
    }

    private ProcessedEvent processed(ByteBuffer buffer, int at, long eventOffset) throws IOException {
        Key key = RecordFormat.key(buffer, at);
        long sequence = RecordFormat.sequence(buffer, at);
        StateRecord state = state(key);
        if (state == null
                || state.kind() != Location.PROCESSED
                || state.published() == null
                || state.eventSequence() != sequence
                || state.eventSegment() != segment.ordinal
                || state.eventOffset() != eventOffset) {
            return null;
        }
        return new ProcessedEvent(key, sequence, state.epoch(), state.published());
    }

    private StateRecord state(Key key) throws IOException {
        long location;
        Segment stateSegment;
        core.lock.lock();
        try {
            StateRecord unsaved = core.unsaved(key);
            if (unsaved != null) {
                return unsaved;
            }
            location = core.lookup(key);
            if (Location.kind(location) != Location.PROCESSED) {
                return null;
            }
            stateSegment = core.segments.at(location);
        } finally {
            core.lock.unlock();
        }
        int at = states.read(stateSegment, Location.offset(location));
        if (at < 0 || !RecordFormat.key(states.buffer(), at).equals(key)) {
            return null; // moved in this moment
        }
        return Queries.stateOf(states.buffer(), at, stateSegment, Location.offset(location));
    }
}
