package io.bactrian.jetstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The publishes without an answer: how many, how large, and since when. All methods may be called by any thread. */
final class PublishWindow {
    private final long maxBytes;
    private final InFlight[] slots;
    /** The first {@code slots.length - count} are the numbers of the free ones. */
    private final int[] free;

    private int count;
    private long bytes;
    private long entered;

    PublishWindow(int maxCount, long maxBytes) {
        this.maxBytes = maxBytes;
        this.slots = new InFlight[maxCount];
        this.free = new int[maxCount];
        for (int slot = 0; slot < maxCount; slot++) {
            free[slot] = slot;
        }
    }

    /**
     * Lets a publish in. The one that goes beyond the bytes is the last one let in, or it could never go.
     *
     * @return what {@link #find} knows it by, no other one ever; negative when the window is full
     */
    synchronized long enter(InFlight publish) {
        if (count >= slots.length || bytes >= maxBytes) {
            return -1;
        }
        count++;
        bytes += publish.bytes();
        int slot = free[slots.length - count];
        slots[slot] = publish;
        publish.number = entered++ * slots.length + slot;
        return publish.number;
    }

    /** The publish that was given this number, or null when it has left. */
    synchronized InFlight find(long number) {
        InFlight publish = number < 0 ? null : slots[(int) (number % slots.length)];
        return publish != null && publish.number == number ? publish : null;
    }

    /** True for exactly one caller: it is the one to complete the publish. */
    synchronized boolean leave(InFlight publish) {
        int slot = (int) (publish.number % slots.length);
        if (slots[slot] != publish) {
            return false;
        }
        slots[slot] = null;
        free[slots.length - count] = slot;
        count--;
        bytes -= publish.bytes();
        if (count == 0) {
            notifyAll();
        }
        return true;
    }

    /** Those in the window at this moment of which the condition holds; it must be short. */
    synchronized List<InFlight> publishes(Predicate<InFlight> which) {
        List<InFlight> found = new ArrayList<>();
        for (InFlight publish : slots) {
            if (publish != null && which.test(publish)) {
                found.add(publish);
            }
        }
        return found;
    }

    synchronized int count() {
        return count;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Waits until nothing is in flight; false when that took too long. */
    synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = deadline - System.nanoTime();
        while (count > 0 && left > 0) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
            left = deadline - System.nanoTime();
        }
        return count == 0;
    }
}
