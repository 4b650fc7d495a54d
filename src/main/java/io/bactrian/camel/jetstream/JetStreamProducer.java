package io.bactrian.camel.jetstream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.jetstream.Earlier;
import io.bactrian.jetstream.ErrorClass;
import io.bactrian.jetstream.Header;
import io.bactrian.jetstream.OutboundMessage;
import io.bactrian.jetstream.PubAck;
import io.bactrian.jetstream.PublishException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/** Publishes the body, a CloudEvent or any bytes, and puts the PubAck on the message. */
final class JetStreamProducer extends DefaultAsyncProducer {

    private final JetStreamEndpoint endpoint;
    private final NatsService service;
    private final Meters meters;

    JetStreamProducer(JetStreamEndpoint endpoint, NatsService service) {
        super(endpoint);
        this.endpoint = endpoint;
        this.service = service;
        this.meters = Meters.of(endpoint.getCamelContext());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            forgetAck(exchange.getMessage());
            OutboundMessage message = message(exchange);
            service.earlier()
                    .find(message, earlier(exchange))
                    .whenComplete((stored, unanswered) -> found(exchange, message, callback, stored, unanswered));
            return false;
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
            callback.done(true);
            return true;
        }
    }

    private void found(
            Exchange exchange,
            OutboundMessage message,
            AsyncCallback callback,
            Optional<PubAck> stored,
            Throwable unanswered) {
        try {
            if (unanswered != null) {
                fail(exchange, unanswered);
            } else if (stored.isPresent()) {
                service.earlier().resolved(message.messageId());
                acknowledge(exchange.getMessage(), stored.get());
            } else {
                publish(exchange, message, callback);
                return;
            }
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
        callback.done(false);
    }

    private void publish(Exchange exchange, OutboundMessage message, AsyncCallback callback) {
        long start = System.nanoTime();
        Instant began = Instant.now();
        CompletableFuture<PubAck> publish = service.publisher().publish(message);
        boolean notSent = publish.isCompletedExceptionally();
        publish.whenComplete((ack, failure) -> {
            try {
                if (failure == null) {
                    meters.published(System.nanoTime() - start);
                    service.earlier().resolved(message.messageId());
                    acknowledge(exchange.getMessage(), ack);
                } else {
                    Throwable cause = fail(exchange, failure);
                    if (!notSent && cause instanceof PublishException e && !e.refused()) {
                        service.earlier().unresolved(message.messageId(), new Earlier(began, Instant.now()));
                    }
                }
            } catch (RuntimeException | Error e) {
                StepFailedException.fail(exchange, e);
            }
            callback.done(false);
        });
    }

    private static Earlier earlier(Exchange exchange) {
        Instant from = exchange.getProperty(EventProperties.SENT_AFTER, Instant.class);
        Instant to = exchange.getProperty(EventProperties.SENT_BEFORE, Instant.class);
        return from == null || to == null ? null : new Earlier(from, to);
    }

    /** The PubAck of an earlier publish says nothing of this one. */
    private static void forgetAck(Message message) {
        if (message.removeHeader(EventProperties.SEQUENCE) != null) {
            message.removeHeader(EventProperties.STREAM);
            message.removeHeader(EventProperties.DUPLICATE);
        }
    }

    private static void acknowledge(Message message, PubAck ack) {
        message.setHeader(EventProperties.STREAM, ack.stream());
        message.setHeader(EventProperties.SEQUENCE, ack.sequence());
        message.setHeader(EventProperties.DUPLICATE, ack.duplicate());
    }

    private static Throwable fail(Exchange exchange, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PublishException e) {
            exchange.setProperty(EventProperties.PUBLISH_FAILURE, e);
            exchange.setProperty(
                    EventProperties.FAILURE_CLASS,
                    e.errorClass().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            exchange.setProperty(EventProperties.FAILURE_OF_SUBJECT, e.concernsSubject());
            exchange.setProperty(
                    EventProperties.FAILURE_IS_UNKNOWN, e.errorClass().retriesBounded());
            exchange.setProperty(EventProperties.FAILURE_OF_WINDOW, e.errorClass() == ErrorClass.WINDOW);
            exchange.setProperty(EventProperties.FAILURE_OF_CONGESTION, e.congested());
        }
        StepFailedException.fail(exchange, cause);
        return cause;
    }

    /** A replayed event has its epoch at the end, or the stream would take it for the copy that it once had. */
    private static String messageId(Exchange exchange, CloudEvent event) {
        String first = EventKey.of(event).messageId();
        String replayed = exchange.getProperty(EventProperties.REPLAYED_ID, "", String.class);
        return replayed.startsWith(first) ? replayed : first;
    }

    private OutboundMessage message(Exchange exchange) {
        Message in = exchange.getMessage();
        String subject = in.getHeader(EventProperties.SUBJECT, endpoint.getSubject(), String.class);
        if (subject == null || subject.isEmpty()) {
            throw new IllegalArgumentException(
                    "jetstream: needs a subject, in the URI or in the header " + EventProperties.SUBJECT);
        }
        String messageId = in.getHeader(EventProperties.MESSAGE_ID, String.class);
        String expected =
                endpoint.getExpectedStream() == null ? service.expectedStream() : endpoint.getExpectedStream();
        if (in.getBody() instanceof CloudEvent event) {
            String mode = in.getHeader(EventProperties.MODE, endpoint.getMode(), String.class);
            return EventMessage.of(
                    subject,
                    event,
                    "structured".equals(mode),
                    exchange,
                    messageId == null ? messageId(exchange, event) : messageId,
                    expected);
        }
        byte[] payload = in.getBody(byte[].class);
        if (payload == null) {
            throw new IllegalArgumentException("jetstream: expects a CloudEvent, bytes or text as the body");
        }
        List<Header> headers = new ArrayList<>();
        EventMessage.addKept(exchange, headers);
        // a redelivery of the same exchange is the same message
        return new OutboundMessage(
                subject, headers, payload, messageId == null ? exchange.getExchangeId() : messageId, expected);
    }
}
