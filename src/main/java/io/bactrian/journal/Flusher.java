package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and forces one batch after the other: what came while a batch was forced is the next one, so that the disk itself sets
 * the size of the batches. A batch never spans two segments, and none is written before the one before it is durable.
 */
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private static final long LAZY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FIRST_PROBE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LAST_PROBE = TimeUnit.SECONDS.toNanos(5);
    private static final String PROBE = "probe.tmp";
    private static final int MAX_CLOSED = 200;

    private final Core core;
    private final Delivery delivery;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer states;
    private final ByteBuffer start = ByteBuffer.allocateDirect(RecordFormat.SEGMENT_HEADER);
    private final List<Integer> stateOffsets = new ArrayList<>();
    private final List<StateRecord> lazies = new ArrayList<>();
    private final List<Urgent> urgents = new ArrayList<>();
    /** Segments whose end is only known here until the next one says it durably. */
    private final List<Segment> closed = new ArrayList<>();

    private long nextSequence;
    private int failuresInARow;
    private long probeAt;
    private long probePause = FIRST_PROBE;

    Flusher(Core core, Delivery delivery, long nextSequence) {
        this.core = core;
        this.delivery = delivery;
        this.nextSequence = nextSequence;
        core.durableSequence = nextSequence - 1;
        this.states = ByteBuffer.allocateDirect(core.config.stateCapacity());
    }

    /** Does what is due and returns whether there was anything. */
    boolean step() {
        Batch batch = null;
        Segment segment = null;
        boolean probe = false;
        Completions completions = core.completions();
        core.lock.lock();
        try {
            if (core.failing != null) {
                probe = probeDue();
            } else if (due() && ready(completions)) {
                segment = core.segments.current;
                batch = swap(completions);
            }
            core.flusherIdle = batch == null && !probe;
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
        if (batch == null) {
            return probe && probe();
        }
        long end = segment.end;
        Runnable consumer;
        IOException failure = null;
        try {
            end = write(segment, batch);
        } catch (IOException e) {
            failure = e;
        }
        core.lock.lock();
        try {
            core.flushingBytes = 0;
            core.statesInFlight = false;
            if (failure == null) {
                durable(segment, end, batch, completions);
            } else {
                notDurable(segment, batch, failure, completions);
            }
            batch.clear();
            core.spare = batch;
            lazies.clear();
            urgents.clear();
            consumer = delivery.offered();
            core.checkStatus();
            if (core.statesFrozen || core.noRoom != null) {
                core.upkeep.signal();
            }
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
        if (consumer != null) {
            tell(consumer);
        }
        return true;
    }

    private static void tell(Runnable consumer) {
        try {
            consumer.run();
        } catch (RuntimeException e) {
            LOG.error("the consumer of the journal failed when it was told of events", e);
        }
    }

    /** How long nothing will be due unless somebody wakes the flusher; called with the lock held. */
    long idleNanos() {
        long now = core.clock.nanos();
        if (core.failing != null) {
            return Math.max(1, probeAt - now);
        }
        return core.hasLazy() ? Math.max(1, core.lazySince() + LAZY_NANOS - now) : Long.MAX_VALUE;
    }

    /** Whether something waits that can be written; called with the lock held, when closing. */
    boolean mayGoOn() {
        return core.failing == null && due() && (fits() || !core.segments.prepared.isEmpty());
    }

    /** Writes the record that says that everything before it is durable, and makes the segment's end known. */
    void close() throws IOException {
        Segment segment = core.segments.current;
        if (segment == null || segment.remaining() < 2 * RecordFormat.UNIT || core.failing != null) {
            return;
        }
        states.clear();
        RecordFormat.put(states, RecordFormat.CLOSE, core.now(), RecordFormat.NO_KEY, new byte[0]);
        stateOffsets.clear();
        stateOffsets.add(0);
        segment.end = write(segment, new Batch(0));
    }

    /** Whether something waits that should be written now; called with the lock held. */
    boolean due() {
        if (core.batchDue() || core.hasUrgent()) {
            return true;
        }
        return core.hasLazy()
                && (core.closing
                        || core.lazyCount() >= Core.LAZY_BATCH
                        || core.clock.nanos() - core.lazySince() >= LAZY_NANOS);
    }

    /** Whether there is a segment with room for the batch; rolls to the next one when needed. */
    private boolean ready(Completions completions) {
        if (fits()) {
            return true;
        }
        // The last prepared segment is for outcomes, so that a full journal can be emptied.
        int needed = core.active.events.isEmpty() || core.closing ? 1 : 2;
        if (core.segments.prepared.size() < needed && core.noRoom != null && needed == 2) {
            fail(core.active.events, core.full(), completions);
            core.active.clear();
            needed = 1;
            if (!due()) {
                return false;
            }
            if (fits()) {
                return true;
            }
        }
        if (core.segments.prepared.size() < needed) {
            core.upkeep.signal();
            return false;
        }
        roll();
        return true;
    }

    private boolean fits() {
        Segment current = core.segments.current;
        int stateBytes = !core.hasUrgent() && !core.hasLazy() ? 0 : states.capacity();
        return current != null && current.remaining() >= (long) core.active.bytes() + stateBytes;
    }

    private void roll() {
        Segment current = core.segments.current;
        if (current != null) {
            abandon(current);
        }
        core.segments.current = core.segments.prepared.poll();
        core.upkeep.signal();
    }

    private void abandon(Segment segment) {
        segment.closed = true;
        closed.add(segment);
        core.segments.current = null;
    }

    private Batch swap(Completions completions) {
        Batch batch = core.active;
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
            Urgent asked = core.urgent.remove();
            Urgent urgent = asked.with(asked.record().at(core.now()));
            JournalException objection = Changes.objection(core, urgent, urgents);
            if (objection != null) {
                Changes.refuse(core, urgent, objection, completions);
                continue;
            }
            urgents.add(urgent);
            put(urgent.record());
        }
        core.statesInFlight = !stateOffsets.isEmpty();
        return batch;
    }

    private void put(StateRecord record) {
        stateOffsets.add(states.position());
        RecordFormat.put(states, RecordFormat.STATE, record.time(), record.key(), record.encode());
    }

    private long write(Segment segment, Batch batch) throws IOException {
        long begin = segment.end;
        long at = begin;
        if (begin == RecordFormat.SEGMENT_HEADER) {
            putStart();
            seal(start, 0, segment, at, begin);
            segment.file.write(start.flip(), at);
            at += start.limit();
        }
        if (batch.bytes() > 0) {
            for (Reservation event : batch.events) {
                event.sequence = nextSequence;
                seal(batch.buffer, event.offsetInBatch, segment, at + event.offsetInBatch, begin);
            }
            segment.file.write(batch.buffer.flip(), at);
            at += batch.buffer.limit();
        }
        if (!stateOffsets.isEmpty()) {
            for (int offset : stateOffsets) {
                seal(states, offset, segment, at + offset, begin);
            }
            segment.file.write(states.flip(), at);
            at += states.limit();
        }
        segment.file.force();
        return at;
    }

    private void seal(ByteBuffer buffer, int index, Segment segment, long offset, long batchOffset) {
        RecordFormat.setSequence(buffer, index, nextSequence++);
        RecordFormat.seal(buffer, index, segment.salt, offset, batchOffset, crc);
    }

    private void putStart() {
        ByteBuffer body = ByteBuffer.allocate(16 * closed.size());
        for (Segment segment : closed) {
            body.putLong(segment.ordinal).putLong(segment.end);
        }
        start.clear();
        RecordFormat.put(start, RecordFormat.START, core.now(), RecordFormat.NO_KEY, body.array());
    }

    private void durable(Segment segment, long end, Batch batch, Completions completions) {
        boolean first = segment.end == RecordFormat.SEGMENT_HEADER;
        long eventsAt = segment.end + (first ? start.limit() : 0);
        long statesAt = eventsAt + (batch.events.isEmpty() ? 0 : batch.buffer.limit());
        segment.end = end;
        segment.touched(core.now());
        core.durableSequence = nextSequence - 1;
        failuresInARow = 0;
        closed.clear();
        for (Reservation event : batch.events) {
            long offset = eventsAt + event.offsetInBatch;
            Key key = event.key();
            core.index.put(
                    key.high(),
                    key.low(),
                    Location.of(segment.slot, offset, Location.EVENT, core.bucket(event.acceptedAt)));
            core.reservations.remove(key);
            core.segments.addPending(segment, offset);
            segment.records++;
            segment.events.add(event.sequence);
            event.succeed(completions);
        }
        for (int i = 0; i < lazies.size(); i++) {
            locate(lazies.get(i), segment, statesAt + stateOffsets.get(i));
        }
        core.written();
        for (int i = 0; i < urgents.size(); i++) {
            Urgent urgent = urgents.get(i);
            int before = locate(urgent.record(), segment, statesAt + stateOffsets.get(lazies.size() + i));
            Changes.apply(core, urgent, before, completions);
        }
        if (!batch.events.isEmpty()) {
            int events = batch.events.size();
            long nanos = core.clock.nanos() - batch.firstAt;
            core.listeners.forEach(listener -> listener.appended(events, nanos));
        }
    }

    private int locate(StateRecord record, Segment segment, long offset) {
        Key key = record.key();
        long before = core.index.put(
                key.high(), key.low(), Location.of(segment.slot, offset, record.kind(), core.bucket(record.time())));
        if (Location.kind(before) == Location.DEAD) {
            core.dead--;
        }
        if (record.kind() == Location.DEAD) {
            core.dead++;
        }
        return Location.kind(before);
    }

    private void notDurable(Segment segment, Batch batch, IOException failure, Completions completions) {
        JournalUnavailableException cause = new JournalUnavailableException(
                "the disk refused a write: " + failure.getMessage(), Duration.ofSeconds(1), failure);
        abandon(segment);
        segment.abandoned = true;
        fail(batch.events, cause, completions);
        core.notWritten();
        urgents.forEach(urgent -> Changes.refuse(core, urgent, cause, completions));
        failuresInARow++;
        LOG.warn(
                "journal leaves a segment after a failed write segment={} end={}",
                segment.name(),
                segment.end,
                failure);
        if (failuresInARow > 1 || core.segments.prepared.isEmpty() || closed.size() >= MAX_CLOSED) {
            failing(failure, cause, completions);
        }
    }

    private void failing(IOException failure, JournalUnavailableException cause, Completions completions) {
        core.failing = "I/O error: " + failure.getMessage();
        probePause = FIRST_PROBE;
        probeAt = core.clock.nanos() + probePause;
        fail(core.active.events, cause, completions);
        core.active.clear();
        while (!core.urgent.isEmpty()) {
            Changes.refuse(core, core.urgent.poll(), cause, completions);
        }
    }

    private void fail(List<Reservation> events, JournalException cause, Completions completions) {
        for (Reservation event : events) {
            core.reservations.remove(event.key());
            event.fail(cause, completions);
        }
    }

    private boolean probeDue() {
        return core.clock.nanos() - probeAt >= 0;
    }

    /** Tries whether the disk takes writes again, on a file of its own. */
    private boolean probe() {
        IOException failure = null;
        try {
            core.storage.create(PROBE, RecordFormat.SEGMENT_HEADER).close();
            core.storage.delete(PROBE);
        } catch (IOException e) {
            failure = e;
        }
        core.lock.lock();
        try {
            if (failure == null) {
                core.failing = null;
                failuresInARow = 0;
                core.upkeep.signal();
                delivery.offer();
            } else {
                probePause = Math.min(probePause * 2, LAST_PROBE);
                probeAt = core.clock.nanos() + probePause;
            }
            core.checkStatus();
        } finally {
            core.lock.unlock();
        }
        return true;
    }
}
