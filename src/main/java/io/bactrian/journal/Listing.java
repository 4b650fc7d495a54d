package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists events whose payload is kept, newest or oldest first, straight from the segments: no index of them exists, and no more of
 * them is in memory than a page and a chunk of each file that is read.
 */
final class Listing {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int ATTEMPTS = 16;
    /** What is counted for the look-up of a state. */
    private static final int STATE_BYTES = 4096;

    private static final Comparator<SegmentEvents> OLDEST_FIRST = Comparator.comparingLong(SegmentEvents::sequence);

    private final Core core;
    private final Queries queries;

    Listing(Core core, Queries queries) {
        this.core = core;
        this.queries = queries;
    }

    /** A segment went while it was read: its events are somewhere else now. */
    private static final class MovedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    <T> EventPage<T> list(EventQuery query, Function<ByteBuffer, T> reader) {
        Walk<T> walk = new Walk<>(query, reader);
        for (int attempt = 1; ; attempt++) {
            try {
                return walk.go();
            } catch (MovedException e) {
                // files go one by one, and the walk goes on where it was
                if (attempt == ATTEMPTS) {
                    return walk.page(walk.from);
                }
            } catch (IOException e) {
                throw new JournalException("cannot list the events: " + e.getMessage(), e);
            }
        }
    }

    /** One request. */
    private final class Walk<T> {
        private final EventQuery query;
        private final Function<ByteBuffer, T> reader;
        private final long since;
        private final long until;
        private final List<EventPage.Item<T>> items = new ArrayList<>();
        /** Only what is behind this sequence was not looked at yet. */
        private long from;

        private long bytesRead;

        Walk(EventQuery query, Function<ByteBuffer, T> reader) {
            this.query = query;
            this.reader = reader;
            this.from = query.from();
            this.since = query.since() == null ? Long.MIN_VALUE : query.since().toEpochMilli();
            this.until = query.until() == null ? Long.MAX_VALUE : query.until().toEpochMilli();
        }

        EventPage<T> page(long next) {
            return new EventPage<>(items, next, bytesRead);
        }

        EventPage<T> go() throws IOException {
            PriorityQueue<SegmentEvents> queue = segments();
            while (!queue.isEmpty()) {
                SegmentEvents first = queue.poll();
                if (first.isOpen() && isBehind(first.sequence())) {
                    long sequence = first.sequence();
                    long acceptedAt = RecordFormat.time(first.buffer(), first.at());
                    if (query.oldestFirst() ? acceptedAt >= until : acceptedAt < since) {
                        return page(0); // and so is all that follows
                    }
                    if (acceptedAt >= since && acceptedAt < until && !take(first, sequence)) {
                        return page(from);
                    }
                    from = sequence;
                    if (bytesRead > query.maxBytes()) {
                        return page(from);
                    }
                }
                boolean more = advance(first);
                bytesRead += first.takeBytesRead();
                if (more) {
                    queue.add(first);
                }
            }
            return page(0);
        }

        /** Not so for the second copy of an event that is moved in this moment. */
        private boolean isBehind(long sequence) {
            return query.oldestFirst() ? sequence > from : sequence < from;
        }

        private PriorityQueue<SegmentEvents> segments() {
            PriorityQueue<SegmentEvents> queue =
                    new PriorityQueue<>(query.oldestFirst() ? OLDEST_FIRST : OLDEST_FIRST.reversed());
            boolean onlyPending = query.states().equals(Set.of(State.ACCEPTED));
            core.lock.lock();
            try {
                if (query.states().equals(Set.of(State.DEAD)) && core.dead == 0) {
                    return queue;
                }
                for (Segment segment : core.segments.inOrder()) {
                    if (!SegmentEvents.any(segment, query.oldestFirst(), from)
                            || segment.firstTime >= until
                            || segment.lastTime < since
                            || (onlyPending && segment.pending == 0)) {
                        continue;
                    }
                    queue.add(new SegmentEvents(segment, query.oldestFirst(), from));
                }
            } finally {
                core.lock.unlock();
            }
            return queue;
        }

        private boolean advance(SegmentEvents events) throws IOException {
            boolean more;
            try {
                more = events.advance();
            } catch (IOException e) {
                checkStillThere(events.segment());
                throw e;
            }
            checkStillThere(events.segment());
            return more;
        }

        /** Adds the event if it is wanted; false when the page is full without it. */
        private boolean take(SegmentEvents found, long sequence) {
            Key key = RecordFormat.key(found.buffer(), found.at());
            if (!mayBeWanted(key)) {
                return true;
            }
            T event = reader.apply(RecordFormat.bodyView(found.buffer(), found.at()));
            if (event == null) {
                return true;
            }
            StateRecord record = state(key, found);
            // an older event of a key that was forgotten and came again is not known any more
            if (record == null
                    || record.eventSequence() != sequence
                    || !query.states().contains(StateRecord.state(record.kind()))
                    || !hasErrorClass(record)) {
                return true;
            }
            if (items.size() == query.limit()) {
                return false;
            }
            items.add(new EventPage.Item<>(record.toEventState(true), event));
            return true;
        }

        private boolean hasErrorClass(StateRecord record) {
            return query.errorClass() == null
                    || (record.failure() != null
                            && record.failure().errorClass().equals(query.errorClass()));
        }

        private boolean mayBeWanted(Key key) {
            core.lock.lock();
            try {
                StateRecord unsaved = core.unsaved(key);
                int kind = unsaved == null ? Location.kind(core.lookup(key)) : unsaved.kind();
                return kind != 0
                        && kind != Location.REMEMBERED
                        && kind != Location.FORGOTTEN
                        && query.states().contains(StateRecord.state(kind));
            } finally {
                core.lock.unlock();
            }
        }

        /** The newest state; without a look at the disk when nothing has happened to the event that was just read. */
        private StateRecord state(Key key, SegmentEvents found) {
            core.lock.lock();
            try {
                long location = core.unsaved(key) == null ? core.lookup(key) : 0;
                if (Location.kind(location) == Location.EVENT
                        && core.segments.at(location) == found.segment()
                        && Location.offset(location) == found.offset()) {
                    return Queries.stateOf(found.buffer(), found.at(), found.segment(), found.offset());
                }
            } finally {
                core.lock.unlock();
            }
            bytesRead += STATE_BYTES;
            StateRecord record;
            try {
                record = queries.record(key);
            } catch (JournalDamagedException e) {
                LOG.warn("journal leaves an event out of a list, its state cannot be read key={}", key, e);
                return null;
            }
            return record == null || record.kind() == Location.FORGOTTEN || record.kind() == Location.REMEMBERED
                    ? null
                    : record;
        }
    }

    private void checkStillThere(Segment segment) throws MovedException {
        core.lock.lock();
        try {
            if (core.segments.get(segment.ordinal) != segment) {
                throw new MovedException();
            }
        } finally {
            core.lock.unlock();
        }
    }
}
