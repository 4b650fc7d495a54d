package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks through the processed events whose payload is still kept, in the order of acceptance, as far as there were any when the
 * walk began. Reads from disk and holds nothing in memory but a chunk; for one thread. What goes meanwhile is passed over, what
 * changes may be told as it was.
 */
public final class ProcessedWalk {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int READ_AHEAD = 256 * 1024;

    private final Core core;
    private final Queries queries;
    private final RecordReader events;
    private final RecordReader states;
    private final long last;
    private Segment segment;
    private long offset = RecordFormat.SEGMENT_HEADER;

    ProcessedWalk(Core core, Queries queries) {
        this.core = core;
        this.queries = queries;
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
     * @throws JournalException when the disk cannot be read; the walk may go on where it was
     */
    public EventState next() {
        while (segment != null) {
            if (offset >= segment.end || isGone()) {
                nextSegment();
                continue;
            }
            try {
                int at = events.read(segment, offset);
                int bytes = at < 0 ? RecordFormat.UNIT : RecordFormat.occupiedAt(events.buffer(), at);
                if (at < 0 || RecordFormat.type(events.buffer(), at) != RecordFormat.EVENT) {
                    offset += bytes;
                    continue;
                }
                if (RecordFormat.sequence(events.buffer(), at) > last) {
                    segment = null;
                    return null;
                }
                EventState event = processed(events.buffer(), at, offset);
                offset += bytes; // now, so that one whose state cannot be read is not passed over
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

    private EventState processed(ByteBuffer buffer, int at, long eventOffset) {
        Key key = RecordFormat.key(buffer, at);
        StateRecord state;
        try {
            state = queries.record(key, states, kind -> kind == Location.PROCESSED);
        } catch (JournalDamagedException e) {
            LOG.debug("journal passes over an event whose state is damaged key={}", key, e);
            return null;
        }
        if (state == null
                || state.published() == null
                || state.eventSequence() != RecordFormat.sequence(buffer, at)
                || state.eventSegment() != segment.ordinal
                || state.eventOffset() != eventOffset) {
            return null;
        }
        return state.toEventState(true);
    }
}
