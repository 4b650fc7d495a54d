package io.bactrian.camel.journal;

import io.bactrian.journal.PendingEvent;

/** An event on its way through the deliver route. What becomes of it is said by one thread at a time. */
final class Emission {

    private final PendingEvent event;
    private final Lane lane;
    private final boolean probe;
    private boolean answered;

    /**
     * @param lane where it is the one on its way, or null when it is in no lane
     * @param probe whether it was sent alone to see whether an outage is over
     */
    Emission(PendingEvent event, Lane lane, boolean probe) {
        this.event = event;
        this.lane = lane;
        this.probe = probe;
    }

    PendingEvent event() {
        return event;
    }

    Lane lane() {
        return lane;
    }

    boolean probe() {
        return probe;
    }

    /** @return what it counts in the window, in bytes */
    long bytes() {
        return event.payload().length;
    }

    synchronized boolean isAnswered() {
        return answered;
    }

    /** @return true the first time: its place in the window is given back once, whatever goes wrong */
    synchronized boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }
}
