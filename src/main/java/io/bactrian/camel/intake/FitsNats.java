package io.bactrian.camel.intake;

import java.util.List;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.jetstream.EventMessage;
import io.bactrian.camel.jetstream.NatsService;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.Key;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Refuses an event that NATS can never carry, when the limits are known, so that it is not accepted and dead later. Never
 * waits for NATS.
 */
final class FitsNats implements Processor {

    private final CamelContext context;

    FitsNats(CamelContext context) {
        this.context = context;
    }

    @Override
    public void process(Exchange exchange) {
        NatsService nats = context.hasService(NatsService.class);
        EventOrigin origin = exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class);
        if (nats == null || origin == null) {
            return;
        }
        Object body = exchange.getMessage().getBody();
        if (body instanceof CloudEvent event) {
            check(exchange, nats, origin, event, "");
        } else if (body instanceof List<?> batch) {
            for (int i = 0; i < batch.size(); i++) {
                check(exchange, nats, origin, (CloudEvent) batch.get(i), "/" + i + ": ");
            }
        }
    }

    /** A repeat of an event that was accepted before is told what became of that. */
    private boolean isKnown(CloudEvent event) {
        EventKey key = EventKey.of(event);
        return JournalService.of(context).journal().contains(new Key(key.high(), key.low()));
    }

    private void check(Exchange exchange, NatsService nats, EventOrigin origin, CloudEvent event, String where) {
        String subject = origin.subject().resolve(origin.name(), event);
        long limit = nats.maxMessageSize(subject);
        if (limit < 0) {
            return;
        }
        long size = EventMessage.size(event, origin.structured(), exchange, nats.expectedStream(), limit);
        if (size > limit && !isKnown(event)) {
            throw new EventTooLargeException(
                    where + "the event takes " + size + " bytes on NATS, which carries at most " + limit + " there.");
        }
    }
}
