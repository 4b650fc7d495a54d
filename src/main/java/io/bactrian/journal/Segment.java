package io.bactrian.journal;

import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** A file of the journal in use. Its counters are guarded by the journal's lock. */
final class Segment {
    static final Comparator<Segment> IN_ORDER =
            Comparator.comparingLong((Segment s) -> s.position).thenComparingLong(s -> s.ordinal);

    /** A preallocated part of the log, written batch by batch. */
    static final int LOG = 1;
    /** Keys that outlive their events, written once like all that is kept. */
    static final int KEPT_KEYS = 2;
    /** Dead events. */
    static final int KEPT_DEAD = 3;
    /** Events that are pending for so long that their segments went. */
    static final int KEPT_PENDING = 4;

    /**
     * Where a part of the log stands in the order of delivery. The tail of a segment that is copied comes behind what is left of
     * that segment, and before the next one, so there is room between the two.
     */
    static long positionOf(long ordinal) {
        return ordinal << 20;
    }

    final int slot;
    final long ordinal;
    final long position;
    final int kind;
    final long salt;
    final long size;
    final StoredFile file;
    /** Events that are pending and not in flight. */
    final Bitmap ready;
    /** Events that are pending, not in flight, and not to be handed out for now. */
    final Bitmap deferred;

    /** Behind the last durable record. */
    volatile long end = RecordFormat.SEGMENT_HEADER;

    /** Events that are pending, in flight or not. */
    int pending;

    /** Whether nothing will be written behind {@link #end} any more, and that is known for sure. */
    boolean closed;

    /** Of the first and of the newest record, in milliseconds; 0 when there is none. */
    long firstTime;

    long lastTime;

    /** When one of its events was processed last; 0 when none was. */
    long processedAt;
    /** How many events are in it. */
    int records;
    /** Whether a force of its file failed: it is never forced, and so never used, again. */
    boolean abandoned;
    /** How many of its events became pending again, or dead, by a durable change. */
    int revivals;

    final EventRange events = new EventRange();

    private long postponedAt;
    private long postponedNanos;

    /** Leaves it alone for a while; on the monotonic clock, because the other one may go back and then stand still here. */
    void postpone(long nanos, long forMillis) {
        postponedAt = nanos;
        postponedNanos = TimeUnit.MILLISECONDS.toNanos(forMillis);
    }

    boolean isPostponed(long nanos) {
        return postponedNanos != 0 && nanos - postponedAt < postponedNanos;
    }

    boolean isLog() {
        return kind == LOG;
    }

    void inherit(Segment source) {
        if (source.firstTime != 0) {
            firstTime = firstTime == 0 ? source.firstTime : Math.min(firstTime, source.firstTime);
        }
        lastTime = Math.max(lastTime, source.lastTime);
        processedAt = Math.max(processedAt, source.processedAt);
    }

    void touched(long time) {
        if (firstTime == 0) {
            firstTime = time;
        }
        lastTime = Math.max(lastTime, time);
    }

    Segment(int slot, Manifest.Entry entry, StoredFile file) {
        this.slot = slot;
        this.ordinal = entry.ordinal();
        this.position = entry.position();
        this.kind = entry.kind();
        this.salt = entry.salt();
        this.size = entry.size();
        this.file = file;
        this.closed = entry.end() != 0;
        if (closed) {
            this.end = entry.end();
        }
        this.ready = new Bitmap((int) (size / RecordFormat.UNIT));
        this.deferred = new Bitmap((int) (size / RecordFormat.UNIT));
    }

    String name() {
        return Manifest.name(ordinal);
    }

    Manifest.Entry entry() {
        return new Manifest.Entry(ordinal, position, salt, size, kind, closed ? end : 0);
    }

    long remaining() {
        return size - end;
    }
}
