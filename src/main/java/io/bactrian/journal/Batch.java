package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Events that will be forced together. Their buffer grows to what a batch has needed: the whole of it would be a few
 * hundredths of a start and of the memory of a gateway with little to do.
 */
final class Batch {
    /** Enough for two thousand events of half a KiB. */
    private static final int FIRST = 1 << 20;

    /** Beyond, old and new buffer beside each other might not fit into the JVM's direct memory. */
    private static final int GROWING = 64 << 20;

    final List<Reservation> events = new ArrayList<>();
    ByteBuffer buffer;
    long firstAt;

    private final int capacity;
    private final IntFunction<ByteBuffer> memory;

    /** @param capacity bytes of records it can take */
    Batch(int capacity) {
        this(capacity, ByteBuffer::allocateDirect);
    }

    /** The same with memory of the caller. */
    Batch(int capacity, IntFunction<ByteBuffer> memory) {
        this.capacity = capacity;
        this.memory = memory;
        buffer = memory.apply(capacity > GROWING ? capacity : Math.min(FIRST, capacity));
    }

    int bytes() {
        return buffer.position();
    }

    /** @return bytes that it can still take */
    int remaining() {
        return capacity - buffer.position();
    }

    /** Grows for so many bytes more, which must be no more than remain; returns false when there is no memory for them. */
    boolean makeRoom(int bytes) {
        int needed = buffer.position() + bytes;
        if (needed <= buffer.capacity()) {
            return true;
        }
        try {
            ByteBuffer larger = memory.apply(Math.min(capacity, Math.max(needed, 2 * buffer.capacity())));
            buffer = larger.put(buffer.flip());
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /** Room must have been made. */
    void add(Reservation event, byte[] payload) {
        events.add(event); // before the record, which would be written though it threw
        event.offsetInBatch = buffer.position();
        RecordFormat.put(buffer, RecordFormat.EVENT, event.acceptedAt, event.key(), payload);
    }

    void clear() {
        buffer.clear();
        events.clear();
    }
}
