package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the events of one segment in one direction. Not safe for threads. */
interface EventReader {

    /** Moves to the next event; false when there is none. */
    boolean next() throws IOException;

    ByteBuffer buffer();

    /** Index of the event in the buffer. */
    int at();

    /** Place of the event in the segment. */
    long offset();

    /** Bytes read since this was asked last. */
    long takeBytesRead();
}
