package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the events of one segment in one direction. Not safe for threads. */
abstract class EventReader {
    protected final Segment segment;
    /** Index of the present event in the buffer. */
    protected int at;
    /** Its place in the segment. */
    protected long offset;

    protected long bytesRead;

    EventReader(Segment segment) {
        this.segment = segment;
    }

    /** Moves to the next event; false when there is none. */
    abstract boolean next() throws IOException;

    abstract ByteBuffer buffer();

    /** Place of the event in the segment. */
    final long offset() {
        return offset;
    }

    /** Index of the event in the buffer. */
    final int at() {
        return at;
    }

    /** Bytes read since this was asked last. */
    final long takeBytesRead() {
        long bytes = bytesRead;
        bytesRead = 0;
        return bytes;
    }
}
