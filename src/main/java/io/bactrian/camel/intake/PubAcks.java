package io.bactrian.camel.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.journal.Published;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Collects what JetStream said of each event of a {@code processed-only} request, in order. */
final class PubAcks implements AggregationStrategy {

    /** Exchange property: the list being collected. */
    static final String COLLECTED = "BactrianForwarded";

    @Override
    public Exchange aggregate(Exchange old, Exchange sub) {
        List<EventResource> collected = old == null ? new ArrayList<>() : collected(old);
        if (sub.getException() == null) {
            collected.add(resource(sub));
        }
        sub.setProperty(COLLECTED, collected);
        return sub;
    }

    @SuppressWarnings("unchecked")
    static List<EventResource> collected(Exchange exchange) {
        // nothing is collected of an empty batch
        return exchange.getProperty(COLLECTED) == null
                ? List.of()
                : (List<EventResource>) exchange.getProperty(COLLECTED);
    }

    private static EventResource resource(Exchange exchange) {
        Message message = exchange.getMessage();
        Published published = new Published(
                message.getHeader(EventProperties.STREAM, String.class),
                message.getHeader(EventProperties.SEQUENCE, Long.class),
                Boolean.TRUE.equals(message.getHeader(EventProperties.DUPLICATE)),
                Instant.now());
        return new EventResource(
                null,
                "processed",
                exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class).name(),
                message.getBody(CloudEvent.class),
                null,
                1,
                published.duplicate(),
                published,
                null,
                null,
                null);
    }
}
