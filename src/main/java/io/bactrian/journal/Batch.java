package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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

    /** @param capacity bytes of records it can take */
    Batch(int capacity) {
        this.capacity = capacity;
        buffer = ByteBuffer.allocateDirect(capacity > GROWING ? capacity : Math.min(FIRST, capacity));
    }

    int bytes() {
        return buffer.position();
    }

    /** @return bytes that it can still take */
    int remaining() {
        return capacity - buffer.position();
    }

    /** The record must fit. */
    void add(Reservation event, byte[] payload) {
        int needed = buffer.position() + RecordFormat.occupied(payload.length);
        if (needed > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(Math.min(capacity, Math.max(needed, 2 * buffer.capacity())))
                    .put(buffer.flip());
        }
        event.offsetInBatch = buffer.position();
        RecordFormat.put(buffer, RecordFormat.EVENT, event.acceptedAt, event.key(), payload);
        events.add(event);
    }

    void clear() {
        buffer.clear();
        events.clear();
    }
}
