package io.bactrian.jetstream;

import java.util.ArrayList;
import java.util.List;

/**
 * What one thread publishes in quick succession, kept back until it is worth a write to the socket. Handed over one by one, a
 * message every few microseconds, each costs jnats and the server a system call and a wake-up of its own, which is twice the
 * processor time of the message itself.
 */
final class Burst {
    /** Half of what jnats writes at once, at 1 KiB each. */
    private static final int MOST = 32;

    private static final int MOST_BYTES = 32 << 10;

    private final List<Runnable> kept = new ArrayList<>();
    private volatile Thread owner;
    private long bytes;

    /** Begins one for the calling thread, if no other thread has one. */
    void begin() {
        if (owner == null) {
            claim();
        }
    }

    private synchronized void claim() {
        if (owner == null) {
            owner = Thread.currentThread();
        }
    }

    /** Keeps it back for the thread that is in a burst, sends it at once for all others. */
    void send(Runnable message, long size) {
        if (owner != Thread.currentThread()) {
            message.run();
            return;
        }
        kept.add(message);
        bytes += size;
        if (kept.size() >= MOST || bytes >= MOST_BYTES) {
            handOver();
        }
    }

    void end() {
        if (owner == Thread.currentThread()) {
            handOver();
            owner = null;
        }
    }

    private void handOver() {
        kept.forEach(Runnable::run);
        kept.clear();
        bytes = 0;
    }
}
