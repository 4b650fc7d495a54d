package io.bactrian.jetstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The publishes without an answer: how many, how large, and since when. All methods may be called by any thread. */
final class PublishWindow {
    private final int maxCount;
    private final long maxBytes;
    private final Set<InFlight> publishes = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private int count;
    private long bytes;

    PublishWindow(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** False when the window is full. A single publish is let in whatever its size, or it could never go. */
    boolean enter(InFlight publish) {
        synchronized (lock) {
            if (count >= maxCount || (count > 0 && bytes + publish.bytes() > maxBytes)) {
                return false;
            }
            count++;
            bytes += publish.bytes();
        }
        publishes.add(publish);
        return true;
    }

    /** True for exactly one caller: it is the one to complete the publish. */
    boolean leave(InFlight publish) {
        if (!publishes.remove(publish)) {
            return false;
        }
        synchronized (lock) {
            count--;
            bytes -= publish.bytes();
            if (count == 0) {
                lock.notifyAll();
            }
        }
        return true;
    }

    /** A live view. */
    Iterable<InFlight> publishes() {
        return publishes;
    }

    int count() {
        synchronized (lock) {
            return count;
        }
    }

    long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }

    /** Waits until nothing is in flight; false when that took too long. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lock) {
            long left = deadline - System.nanoTime();
            while (count > 0 && left > 0) {
                lock.wait(left / 1_000_000, (int) (left % 1_000_000));
                left = deadline - System.nanoTime();
            }
            return count == 0;
        }
    }
}
