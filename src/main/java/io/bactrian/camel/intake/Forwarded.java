package io.bactrian.camel.intake;

import java.util.List;

import io.bactrian.camel.EventProperties;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers a {@code processed-only} request whose events all have their PubAck. */
final class Forwarded implements Processor {

    private static final int CREATED = 201;

    @Override
    public void process(Exchange exchange) {
        List<EventResource> events = PubAcks.collected(exchange);
        boolean batch = exchange.getProperty(EventProperties.EVENT_KEY) == null;
        Responses.success(
                exchange,
                CREATED,
                batch ? EventResource.batch(events) : events.get(0).toJson());
    }
}
