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
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_CLOSED = 200;

    private final Core core;
    private final Delivery delivery;
    private final CRC32C crc = new CRC32C();
    private final Flush flush;
    private final Probe probe;
    private final Completions completions;
    private final ByteBuffer start = ByteBuffer.allocateDirect(RecordFormat.SEGMENT_HEADER);
    /** Segments whose end is only known here until the next one says it durably. */
    private final List<Segment> closed = new ArrayList<>();

    /** Whether something is due for which no segment is there: who prepares one, or cannot, wakes the flusher. */
    private boolean waitsForRoom;

    private long nextSequence;
    private int failuresInARow;

    Flusher(Core core, Delivery delivery, long nextSequence) {
        this.core = core;
        this.delivery = delivery;
        this.nextSequence = nextSequence;
        core.durableSequence = nextSequence - 1;
        this.flush = new Flush(core);
        this.probe = new Probe(core);
        this.completions = core.completions();
    }

    /**
     * Does what is due and returns whether there was anything. What it throws nobody expected: then {@link #getOver} comes next.
     */
    boolean step() {
        boolean due;
        boolean probing = false;
        core.lock.lock();
        try {
            waitsForRoom = false;
            due = core.failing == null && due() && ready();
            if (due) {
                flush.take(core.segments.current, completions);
            } else if (core.failing != null) {
                probing = core.ended == null && probe.isDue();
            }
            core.flusherIdle = !due && !probing;
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
        if (!due) {
            return probing && probe();
        }
        Segment segment = flush.segment();
        Batch batch = flush.batch();
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
            if (failure == null) {
                durable(segment, end, batch);
            } else {
                notDurable(segment, failure);
            }
            core.checkStatus();
            wakeUpkeep();
            consumer = delivery.offered();
        } finally {
            core.lock.unlock();
        }
        try {
            completions.dispatch();
        } finally {
            if (consumer != null) {
                tell(consumer);
            }
        }
        return true;
    }

    /** What was hit fails as if the disk had refused it, whether it is on the disk or not, and the next probe lets the journal go on. */
    void getOver(Throwable unexpected) {
        JournalUnavailableException cause =
                new JournalUnavailableException("the journal failed: " + unexpected, Duration.ofSeconds(1), unexpected);
        core.lock.lock();
        try {
            Segment segment = flush.segment();
            if (segment != null) {
                if (segment == core.segments.current) {
                    leave(segment);
                }
                flush.failed(cause, completions);
            }
            failing("unexpected failure: " + unexpected, cause, completions);
            core.checkStatus();
            wakeUpkeep();
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
    }

    /**
     * Nobody writes, or nobody prepares segments, any more.
     *
     * @param writer whether it is the thread that writes: what it had in hand fails too
     */
    void ended(String thread, boolean writer) {
        JournalUnavailableException cause = new JournalUnavailableException(
                "the journal's thread " + thread + " has ended", Duration.ofSeconds(10));
        Completions refused = core.completions();
        core.lock.lock();
        try {
            core.ended = cause.getMessage();
            if (writer && flush.segment() != null) {
                flush.failed(cause, refused);
                core.upkeep.signal();
            }
            failing(core.ended, cause, refused);
            core.checkStatus();
        } finally {
            core.lock.unlock();
        }
        refused.dispatch();
    }

    /** A copy waits until states are written, and one that needs room for outcomes. */
    private void wakeUpkeep() {
        if (core.statesFrozen || core.noRoom != null) {
            core.upkeep.signal();
        }
    }

    private static void tell(Runnable consumer) {
        try {
            consumer.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the consumer of the journal failed when it was told of events", e);
        }
    }

    /** How long nothing will be due unless somebody wakes the flusher; called with the lock held. */
    long idleNanos() {
        long now = core.clock.nanos();
        if (core.ended != null) {
            return Long.MAX_VALUE;
        }
        if (core.failing != null) {
            return probe.nanosLeft();
        }
        if (waitsForRoom) {
            return LONGEST_WAIT;
        }
        return core.hasLazy() ? Math.max(1, core.lazySince() + LAZY_NANOS - now) : Long.MAX_VALUE;
    }

    /** Whether something waits that can be written; called with the lock held, when closing. */
    boolean mayGoOn() {
        return core.failing == null && due() && (fits() || !core.segments.prepared.isEmpty());
    }

    /**
     * Refuses what found no room, writes the record that says that everything before it is durable, and makes the segment's end
     * known.
     */
    void close() throws IOException {
        core.lock.lock();
        try {
            refuseWaiting(new JournalUnavailableException("the journal is closed", Duration.ofSeconds(1)), completions);
        } finally {
            core.lock.unlock();
        }
        completions.dispatch();
        Segment segment = core.segments.current;
        if (segment == null || segment.remaining() < 2 * RecordFormat.UNIT || core.failing != null) {
            return;
        }
        flush.states.clear();
        RecordFormat.put(flush.states, RecordFormat.CLOSE, core.now(), RecordFormat.NO_KEY, new byte[0]);
        flush.stateOffsets.clear();
        flush.stateOffsets.add(0);
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
    private boolean ready() {
        if (fits()) {
            return true;
        }
        // The last prepared segment is for outcomes, so that a full journal can be emptied.
        int needed = core.active.events.isEmpty() || core.closing ? 1 : 2;
        if (core.segments.prepared.size() < needed && core.noRoom != null && needed == 2) {
            refuseEvents(core.full(), completions);
            needed = 1;
            if (!due()) {
                return false;
            }
            if (fits()) {
                return true;
            }
        }
        if (core.segments.prepared.size() < needed) {
            if (core.noRoom == null) {
                core.upkeep.signal();
            }
            waitsForRoom = true;
            return false;
        }
        roll();
        return true;
    }

    private boolean fits() {
        Segment current = core.segments.current;
        int stateBytes = !core.hasUrgent() && !core.hasLazy() ? 0 : flush.states.capacity();
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
        closed.add(segment);
        segment.closed = true;
        core.segments.current = null;
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
        if (!flush.stateOffsets.isEmpty()) {
            ByteBuffer states = flush.states;
            for (int offset : flush.stateOffsets) {
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
        // The end of any but the last few is in the manifest, which was written for each segment prepared since.
        int first = Math.max(0, closed.size() - MAX_CLOSED);
        ByteBuffer body = ByteBuffer.allocate(16 * (closed.size() - first));
        for (Segment segment : closed.subList(first, closed.size())) {
            body.putLong(segment.ordinal).putLong(segment.end);
        }
        start.clear();
        RecordFormat.put(start, RecordFormat.START, core.now(), RecordFormat.NO_KEY, body.array());
    }

    private void durable(Segment segment, long end, Batch batch) {
        boolean first = segment.end == RecordFormat.SEGMENT_HEADER;
        long eventsAt = segment.end + (first ? start.limit() : 0);
        long statesAt = eventsAt + (batch.events.isEmpty() ? 0 : batch.buffer.limit());
        segment.end = end;
        segment.touched(core.now());
        core.durableSequence = nextSequence - 1;
        failuresInARow = 0;
        probe.written();
        closed.clear();
        flush.durable(eventsAt, statesAt, completions);
    }

    private void notDurable(Segment segment, IOException failure) {
        JournalUnavailableException cause = new JournalUnavailableException(
                "the disk refused a write: " + failure.getMessage(), Duration.ofSeconds(1), failure);
        leave(segment);
        flush.failed(cause, completions);
        failuresInARow++;
        LOG.warn(
                "journal leaves a segment after a failed write segment={} end={}",
                segment.name(),
                segment.end,
                failure);
        if (failuresInARow > 1 || core.segments.prepared.isEmpty() || closed.size() >= MAX_CLOSED) {
            failing("I/O error: " + failure.getMessage(), cause, completions);
        }
    }

    /** Its file is never forced again. */
    private void leave(Segment segment) {
        abandon(segment);
        segment.abandoned = true;
    }

    private void failing(String reason, JournalUnavailableException cause, Completions refused) {
        core.failing = reason;
        probe.later();
        refuseWaiting(cause, refused);
    }

    private void refuseWaiting(JournalException cause, Completions refused) {
        refuseEvents(cause, refused);
        while (!core.urgent.isEmpty()) {
            Changes.refuse(core, core.urgent.element(), cause, refused);
            core.urgent.remove();
        }
    }

    private void refuseEvents(JournalException cause, Completions refused) {
        for (Reservation event : core.active.events) {
            core.reservations.remove(event.key(), event);
            event.fail(cause, refused);
        }
        core.active.clear();
    }

    /** Tries whether the disk takes writes again, on a file of its own. */
    private boolean probe() {
        IOException failure = null;
        try {
            probe.run();
        } catch (IOException e) {
            failure = e;
        }
        core.lock.lock();
        try {
            if (failure == null) {
                core.failing = core.ended;
                failuresInARow = 0;
                core.upkeep.signal();
                delivery.offer();
            } else {
                probe.later();
            }
            core.checkStatus();
        } finally {
            core.lock.unlock();
        }
        return true;
    }
}
