package io.bactrian.camel.intake;

import java.time.Duration;
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
        if (exchange.getProperty(EventProperties.EVENT_KEY) != null) {
            Responses.success(exchange, CREATED, events.get(0).toJson());
            return;
        }
        LenientBatch.countRefused(exchange, meters);
        int status = Responses.batch(exchange, CREATED, events);
        Responses.applied(exchange, status, Preferences.of(exchange).withoutWaiting(), Duration.ZERO);
    }
}
