package io.bactrian.camel.intake;

import java.util.List;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Tells which event this is, as it stands when it is accepted: a step before may have changed it. A route that sends
 * events without an origin gets the default one.
 */
final class Identify implements Processor {

    private final JournalService service;

    Identify(CamelContext context) {
        this.service = JournalService.of(context);
    }

    @Override
    public void process(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof CloudEvent event) {
            exchange.setProperty(EventProperties.EVENT_KEY, EventKey.of(event).messageId());
        } else if (body instanceof List<?>) {
            exchange.removeProperty(EventProperties.EVENT_KEY);
        } else {
            throw new IllegalArgumentException("direct:bactrian-accept expects a CloudEvent or a list of them, not "
                    + (body == null ? "null" : body.getClass().getName()));
        }
        if (exchange.getProperty(EventProperties.ORIGIN) == null) {
            exchange.setProperty(EventProperties.ORIGIN, service.defaultOrigin());
        }
        // plain flags for the choice in the route: comparing there would convert types for each event
        AnswerSettings answer = exchange.getProperty(EventProperties.ANSWER, AnswerSettings.class);
        exchange.setProperty(EventProperties.BATCH, body instanceof List<?>);
        exchange.setProperty(EventProperties.FORWARDED, answer != null && answer.ack() == AckMode.PROCESSED_ONLY);
    }
}
