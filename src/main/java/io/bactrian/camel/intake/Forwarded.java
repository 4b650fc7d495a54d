package io.bactrian.camel.intake;

import java.util.List;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.observe.Meters;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers a {@code processed-only} request whose events all have their PubAck. */
final class Forwarded implements Processor {

    private static final int CREATED = 201;

    private final Meters meters;

    Forwarded(CamelContext context) {
        this.meters = Meters.of(context);
    }

    @Override
    public void process(Exchange exchange) {
        List<EventResource> events = PubAcks.collected(exchange);
        for (EventResource event : events) {
            if (event.duplicate()) {
                meters.duplicate(event.webhook());
            } else {
                meters.processed(event.webhook());
            }
        }
        boolean batch = exchange.getProperty(EventProperties.EVENT_KEY) == null;
        Responses.success(
                exchange,
                CREATED,
                batch ? EventResource.batch(events) : events.get(0).toJson());
    }
}
