package io.bactrian.camel.intake;

import java.util.Optional;
import java.util.concurrent.Semaphore;

import io.bactrian.camel.Complaints;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.journal.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of duplicates with another type or other data than the event that is kept: most likely another event, which got
 * the same source and id and is lost. The answer does not wait for it, and where many duplicates come at once not each of
 * them is looked at.
 */
final class AlteredDuplicates {

    private static final Logger LOG = LoggerFactory.getLogger(AlteredDuplicates.class);

    /** A few of the threads' queue, which answers wait for too. */
    private static final int MOST_AT_ONCE = 64;

    private final Waiting waiting;
    private final Meters meters;
    private final Complaints complaints = new Complaints();
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    AlteredDuplicates(Waiting waiting, Meters meters) {
        this.waiting = waiting;
        this.meters = meters;
    }

    /** Returns at once. Where the original is not kept any more nobody can tell. */
    void look(String webhook, CloudEvent event, Key key) {
        if (places.tryAcquire()) {
            waiting.payload(key)
                    .thenAccept(original -> compare(webhook, event, original))
                    .whenComplete((nothing, failure) -> places.release());
        }
    }

    private void compare(String webhook, CloudEvent event, Optional<byte[]> payload) {
        if (payload.isEmpty()) {
            return;
        }
        CloudEvent original = EventEnvelope.decode(payload.get()).event();
        if (original.type().equals(event.type()) && OwnKeys.sameData(original, event)) {
            return;
        }
        meters.duplicateAltered(webhook);
        if (complaints.isDue(webhook)) {
            LOG.warn(
                    "A duplicate has another type or other data than the event that is kept, and is not kept itself:"
                            + " webhook={} source={} id={}. If these are two events, give each webhook a source or id of its own",
                    webhook,
                    event.source(),
                    event.id());
        }
    }
}
