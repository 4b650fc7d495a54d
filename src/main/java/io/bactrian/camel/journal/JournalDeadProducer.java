package io.bactrian.camel.journal;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.observe.Meters;
import io.bactrian.journal.Failure;
import io.bactrian.journal.PendingEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dead-letter step: makes the event of a deliver route dead, durably, before it leaves the pending set. */
final class JournalDeadProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(JournalDeadProducer.class);

    private final JournalService service;
    private final Meters meters;

    JournalDeadProducer(JournalEndpoint endpoint, JournalService service) {
        super(endpoint);
        this.service = service;
        this.meters = Meters.of(endpoint.getCamelContext());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        PendingEvent event = exchange.getProperty(EventProperties.PENDING_EVENT, PendingEvent.class);
        if (event == null) {
            exchange.setException(new IllegalStateException(
                    "journal:events?operation=dead belongs in a route that starts from journal:events"));
            callback.done(true);
            return true;
        }
        try {
            Failure failure = Failures.of(exchange);
            service.journal().dead(event, failure, service.completions()).whenComplete((done, error) -> {
                complete(exchange, event, failure, error);
                callback.done(false);
            });
            return false;
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
            callback.done(true);
            return true;
        }
    }

    private void complete(Exchange exchange, PendingEvent event, Failure failure, Throwable error) {
        try {
            if (error == null) {
                String id = service.statusIds().idOf(event.key());
                exchange.setProperty(EventProperties.DEAD, true);
                exchange.setProperty(EventProperties.EVENT_ID, id);
                String webhook = exchange.getProperty(EventProperties.WEBHOOK, String.class);
                meters.dead(webhook, failure.errorClass());
                LOG.atWarn()
                        .addKeyValue("event", id)
                        .addKeyValue("webhook", webhook)
                        .addKeyValue("reason", failure.errorClass())
                        .log("Event is dead: {}", failure.message());
            } else if (service.journal().isInFlight(event)) {
                StepFailedException.fail(exchange, error);
            } else {
                exchange.setRouteStop(true); // an operator was quicker: there is nothing to tell of it
            }
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
    }
}
