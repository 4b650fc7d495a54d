package io.bactrian.journal;

import java.util.Comparator;

/** A file of the journal in use. Its counters are guarded by the journal's lock. */
final class Segment {
    static final Comparator<Segment> IN_ORDER =
            Comparator.comparingLong((Segment s) -> s.position).thenComparingLong(s -> s.ordinal);

    /** A preallocated part of the log, written batch by batch. */
    static final int LOG = 1;
    /** What is kept of older segments, written once. */
    static final int KEPT = 2;

    final int slot;
    final long ordinal;
    final long position;
    final int kind;
    final long salt;
    final long size;
    final StoredFile file;
    /** Events that are pending and not in flight. */
    final Bitmap ready;

    /** Behind the last durable record. */
    volatile long end = RecordFormat.SEGMENT_HEADER;

    /** Events that are pending, in flight or not. */
    int pending;

    /** Whether nothing will be written behind {@link #end} any more, and that is known for sure. */
    boolean closed;

    /** Of the first and of the newest record, in milliseconds; 0 when there is none. */
    long firstTime;

    long lastTime;

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
