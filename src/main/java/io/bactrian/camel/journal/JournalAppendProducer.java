package io.bactrian.camel.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.Appended;
import io.bactrian.journal.Key;
import io.bactrian.journal.NewEvent;
import io.bactrian.journal.Reservation;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends events and completes the exchange when they are on disk. */
final class JournalAppendProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(JournalAppendProducer.class);

    private final JournalService service;
    private final Meters meters;

    JournalAppendProducer(JournalEndpoint endpoint, JournalService service) {
        super(endpoint);
        this.service = service;
        this.meters = Meters.of(endpoint.getCamelContext());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Object body = exchange.getMessage().getBody();
            if (body instanceof CloudEvent event) {
                append(exchange, event, callback);
            } else if (body instanceof List<?> batch) {
                appendAll(exchange, batch, callback);
            } else {
                throw new IllegalArgumentException("journal: expects a CloudEvent or a list of them as the body, not "
                        + (body == null ? "null" : body.getClass().getName()));
            }
            return false;
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
            callback.done(true);
            return true;
        }
    }

    private void append(Exchange exchange, CloudEvent event, AsyncCallback callback) {
        EventOrigin origin = origin(exchange);
        byte[] payload = envelope(exchange, origin, event).encode();
        Key key = JournalService.keyOf(EventKey.of(event));
        // another key that the exchange has reserved is not that of this event
        Reservation reservation = Reservations.take(exchange, key);
        CompletableFuture<Appended> appended = reservation == null
                ? service.journal().append(key, payload, executor(exchange))
                : append(reservation, payload, executor(exchange));
        appended.whenComplete((result, failure) -> {
            complete(exchange, origin, result, failure);
            callback.done(false);
        });
    }

    private CompletableFuture<Appended> append(Reservation reservation, byte[] payload, Executor executor) {
        try {
            return service.journal().append(reservation, payload, executor);
        } catch (RuntimeException | Error e) {
            service.journal().release(reservation, e);
            throw e;
        }
    }

    private void appendAll(Exchange exchange, List<?> batch, AsyncCallback callback) {
        EventOrigin origin = origin(exchange);
        List<NewEvent> events = new ArrayList<>(batch.size());
        for (Object element : batch) {
            CloudEvent event = (CloudEvent) element;
            events.add(new NewEvent(
                    JournalService.keyOf(EventKey.of(event)),
                    envelope(exchange, origin, event).encode()));
        }
        service.journal().appendAll(events, executor(exchange)).whenComplete((results, failure) -> {
            complete(exchange, origin, results, failure);
            callback.done(false);
        });
    }

    /** @param result of one event, or a list of them */
    private void complete(Exchange exchange, EventOrigin origin, Object result, Throwable failure) {
        try {
            if (failure != null) {
                StepFailedException.fail(exchange, unwrap(failure));
                return;
            }
            exchange.setProperty(EventProperties.APPENDED, result);
            if (result instanceof List<?> results) {
                results.forEach(one -> count(origin, (Appended) one));
            } else {
                count(origin, (Appended) result);
            }
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
    }

    private void count(EventOrigin origin, Appended appended) {
        if (!appended.duplicate()) {
            meters.accepted(origin.name());
        }
        if (LOG.isTraceEnabled()) {
            LOG.atTrace()
                    .addKeyValue("event", service.statusIds().idOf(appended.key()))
                    .addKeyValue("webhook", origin.name())
                    .log(appended.duplicate() ? "Event is known" : "Event is accepted");
        }
    }

    private EventOrigin origin(Exchange exchange) {
        EventOrigin origin = exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class);
        return origin == null ? service.defaultOrigin() : origin;
    }

    private static EventEnvelope envelope(Exchange exchange, EventOrigin origin, CloudEvent event) {
        return new EventEnvelope(
                origin.name(),
                origin.subject().resolve(origin.name(), event),
                origin.structured(),
                keptHeaders(exchange),
                Boolean.TRUE.equals(exchange.getProperty(EventProperties.OWN_KEY)),
                event);
    }

    @SuppressWarnings("unchecked")
    private static List<Map.Entry<String, String>> keptHeaders(Exchange exchange) {
        Object kept = exchange.getProperty(EventProperties.KEPT_HEADERS);
        return kept == null ? List.of() : (List<Map.Entry<String, String>>) kept;
    }

    private Executor executor(Exchange exchange) {
        Executor executor = exchange.getProperty(EventProperties.COMPLETE_ON, Executor.class);
        return executor == null ? service.completions() : service.inTurns(executor);
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
