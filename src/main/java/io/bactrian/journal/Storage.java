package io.bactrian.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.LongPredicate;

/** The directory of a journal. Names are plain file names; every call may fail. */
interface Storage extends Closeable {

    /** Names of all files, in no order. */
    List<String> list() throws IOException;

    boolean exists(String name) throws IOException;

    /** Makes a file of zeros that occupies its blocks, and forces it; the name is durable after {@link #syncDirectory}. */
    default StoredFile create(String name, long size) throws IOException {
        return create(name, size, made -> false);
    }

    /**
     * The same at somebody's pace.
     *
     * @param rest called between two pieces of a large file, with the bytes that are made; it may take its time, and says whether
     *     there is any
     */
    StoredFile create(String name, long size, LongPredicate rest) throws IOException;

    StoredFile open(String name) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Makes creations, renames and deletions durable. */
    void syncDirectory() throws IOException;

    /** Bytes of disk that are free for this process. */
    long usableSpace() throws IOException;

    /** Puts bytes aside for a person in the directory {@code corrupt}; best effort. */
    void quarantine(String name, byte[] bytes) throws IOException;

    /** Gives up the lock on the directory. */
    @Override
    void close() throws IOException;
}
