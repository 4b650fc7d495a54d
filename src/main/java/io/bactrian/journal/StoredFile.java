package io.bactrian.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of the journal. Reads may come from any thread, writes and forces from one at a time. */
interface StoredFile extends Closeable {

    /** Reads until the buffer is full or the file ends; returns how many bytes came. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes all of the buffer. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes what was written durable. After a failure it must not be called again: the kernel forgets what it failed to write. */
    void force() throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
