package io.bactrian.camel.intake;

import java.util.List;
import java.util.Map;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.http.Problem;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.jetstream.EventMessage;
import io.bactrian.camel.jetstream.NatsService;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Refuses an event that NATS can never carry, when the limits are known, so that it is not accepted and dead later. Never
 * waits for NATS.
 */
final class FitsNats implements Processor {

    private final CamelContext context;
    private volatile NatsService service;

    FitsNats(CamelContext context) {
        this.context = context;
    }

    @Override
    public void process(Exchange exchange) throws ProblemException {
        NatsService nats = nats();
        EventOrigin origin = exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class);
        if (nats != null && origin != null) {
            Screening.apply(exchange, (event, pointer) -> check(exchange, nats, origin, event, pointer));
        }
    }

    /** Null until something of this context publishes to NATS; looking for it takes longer than all of this step. */
    private NatsService nats() {
        NatsService found = service;
        if (found == null) {
            found = context.hasService(NatsService.class);
            service = found;
        }
        return found;
    }

    /** A repeat of an event that was accepted before is told what became of that. */
    private boolean isKnown(CloudEvent event) {
        return JournalService.of(context).journal().contains(JournalService.keyOf(EventKey.of(event)));
    }

    private Problem check(Exchange exchange, NatsService nats, EventOrigin origin, CloudEvent event, String pointer) {
        long limit = nats.maxMessageSize(origin.subject().resolve(origin.name(), event));
        String detail = EventMessage.problem(
                event, origin.structured(), exchange, nats.expectedStream(), limit < 0 ? Long.MAX_VALUE : limit);
        if (detail == null || isKnown(event)) {
            return null;
        }
        return new Problem(
                ProblemKind.PAYLOAD_TOO_LARGE,
                (pointer.isEmpty() ? "" : pointer + ": ") + detail + ".",
                pointer.isEmpty() ? List.of() : List.of(new Problem.Fault(pointer, null, "limit", detail)),
                Map.of());
    }
}
