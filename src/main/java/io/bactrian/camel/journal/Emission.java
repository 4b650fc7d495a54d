package io.bactrian.camel.journal;

import io.bactrian.journal.PendingEvent;

/**
 * An event on its way through the deliver route.
 *
 * @param lane where it is the one on its way, or null when it is in no lane
 * @param probe whether it was sent alone to see whether an outage is over
 */
record Emission(PendingEvent event, Lane lane, boolean probe) {

    /** @return what it counts in the window, in bytes */
    long bytes() {
        return event.payload().length;
    }
}
