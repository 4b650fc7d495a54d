package io.bactrian.camel.intake;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Sets for one event of a {@code processed-only} request what the deliver route finds in the journal. */
final class PrepareForward implements Processor {

    @Override
    public void process(Exchange exchange) {
        EventOrigin origin = exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class);
        Message message = exchange.getMessage();
        CloudEvent event = message.getBody(CloudEvent.class);
        message.setHeader(EventProperties.SUBJECT, origin.subject().resolve(origin.name(), event));
        message.setHeader(EventProperties.MODE, origin.structured() ? "structured" : "binary");
        message.setHeader(EventProperties.MESSAGE_ID, EventKey.of(event).messageId());
    }
}
