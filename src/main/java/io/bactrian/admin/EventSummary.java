package io.bactrian.admin;

import java.nio.ByteBuffer;

import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.cloudevents.CloudEvent;

/**
 * What a list says of an event beside its state: never its data.
 *
 * @param natsSubject where it is published
 * @param dataSize bytes, or -1 without data
 */
record EventSummary(
        String webhook,
        String natsSubject,
        String source,
        String id,
        String type,
        String subject,
        String dataContentType,
        long dataSize) {

    /** What cannot be read, as after a downgrade. */
    private static final EventSummary UNREADABLE = new EventSummary(null, null, null, null, null, null, null, -1);

    static EventSummary read(ByteBuffer payload) {
        try {
            return of(EventEnvelope.decode(payload));
        } catch (IllegalArgumentException e) {
            return UNREADABLE;
        }
    }

    static EventSummary of(EventEnvelope envelope) {
        CloudEvent event = envelope.event();
        return new EventSummary(
                envelope.webhook(),
                envelope.subject(),
                event.source(),
                event.id(),
                event.type(),
                event.subject(),
                event.dataContentType(),
                event.data() == null ? -1 : event.data().length);
    }

    static EventSummary unknown() {
        return UNREADABLE;
    }
}
