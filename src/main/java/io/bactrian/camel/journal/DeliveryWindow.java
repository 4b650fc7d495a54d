package io.bactrian.camel.journal;

import java.util.concurrent.TimeUnit;

/** The events that are emitted and not yet answered, bounded by their number and their bytes. Safe for threads. */
final class DeliveryWindow {

    /** What a place in the window is for. */
    enum Place {
        /** There is none now. */
        NONE,
        OPEN,
        /** The one event that sees whether an outage is over. */
        PROBE
    }

    private final DeliveryPace pace;
    private final long maxBytes;
    private int inFlight;
    private long bytes;

    /** @param maxBytes beyond it no further event is let in; the one that goes beyond it is, or it could never go */
    DeliveryWindow(DeliveryPace pace, long maxBytes) {
        this.pace = pace;
        this.maxBytes = maxBytes;
    }

    /** Takes a place, which {@link #leave} gives back. */
    synchronized Place enter() {
        if (bytes >= maxBytes || pace.room(inFlight, System.nanoTime()) < 1) {
            return Place.NONE;
        }
        inFlight++;
        return pace.isCollapsed() ? Place.PROBE : Place.OPEN;
    }

    synchronized void fill(long size) {
        bytes += size;
    }

    /** @return places that are still taken */
    synchronized int leave(long size) {
        bytes -= size;
        inFlight--;
        if (inFlight == 0) {
            notifyAll();
        }
        return inFlight;
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** @return whether this ends an outage */
    synchronized boolean succeeded() {
        boolean ends = pace.isCollapsed();
        pace.succeeded();
        return ends;
    }

    /** @return whether this begins an outage */
    synchronized boolean failed(boolean probe, boolean congested) {
        boolean begins = !pace.isCollapsed();
        pace.failed(probe, congested, System.nanoTime());
        return begins;
    }

    /** Ends the pause before the next probe, if there is one. */
    synchronized void probeNow() {
        pace.probeAt(System.nanoTime());
    }

    synchronized void congested() {
        pace.congested();
    }

    /** @return nanoseconds until a probe is due, 0 when nothing is paused */
    synchronized long pause() {
        return pace.pause(System.nanoTime());
    }

    synchronized boolean isCollapsed() {
        return pace.isCollapsed();
    }

    /** @return nanoseconds */
    synchronized long pauseAfter(int failures) {
        return pace.pauseAfter(failures);
    }

    /** @return places that are still taken after that time */
    synchronized int awaitEmpty(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; inFlight > 0 && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return inFlight;
    }
}
