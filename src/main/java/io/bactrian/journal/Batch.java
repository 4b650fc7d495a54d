package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Events that will be forced together. */
final class Batch {
    final ByteBuffer buffer;
    final List<Reservation> events = new ArrayList<>();
    long firstAt;

    Batch(int capacity) {
        buffer = ByteBuffer.allocateDirect(capacity);
    }

    int bytes() {
        return buffer.position();
    }

    boolean fits(int payloadLength) {
        return RecordFormat.occupied(payloadLength) <= buffer.remaining();
    }

    void add(Reservation event, byte[] payload) {
        event.offsetInBatch = buffer.position();
        RecordFormat.put(buffer, RecordFormat.EVENT, event.acceptedAt, event.key(), payload);
        events.add(event);
    }

    void clear() {
        buffer.clear();
        events.clear();
    }
}
