package io.bactrian.journal;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space on the disk that nobody uses. To let segments go, what is still needed of them is copied first; on a disk without a byte
 * left that takes this space. For the thread of the upkeep.
 */
final class Reserve {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** Deleted by every start, which may need the space as well. */
    private static final String NAME = "reserve.tmp";

    private final Storage storage;
    private final long size;
    private boolean held;

    Reserve(Storage storage, long size) {
        this.storage = storage;
        this.size = size;
    }

    boolean isHeld() {
        return held;
    }

    /** Occupies the space. */
    void take() throws IOException {
        storage.create(NAME, size).close();
        held = true;
    }

    /** Frees the space, if it is held; returns whether it was. */
    boolean giveUp() throws IOException {
        if (!held) {
            return false;
        }
        held = false;
        storage.delete(NAME);
        // File systems free blocks with the name's removal, once that is durable.
        storage.syncDirectory();
        LOG.warn("journal uses its reserve to make room bytes={}", size);
        return true;
    }
}
