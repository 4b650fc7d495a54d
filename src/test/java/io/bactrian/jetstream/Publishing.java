package io.bactrian.jetstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A connection and a publisher under test, and what they need; closed together, the last one first. */
final class Publishing implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private NatsConnection nats;
    private JetStreamPublisher publisher;

    NatsServer server(NatsServer server) {
        open.push(server);
        return server;
    }

    FaultProxy proxy(NatsServer server) {
        FaultProxy proxy = FaultProxy.before(server);
        open.push(proxy);
        return proxy;
    }

    static NatsOptions.Builder options(String url) {
        return NatsOptions.builder()
                .servers(url)
                .reconnectWait(Duration.ofMillis(20))
                .connectTimeout(Duration.ofSeconds(2))
                .pingInterval(Duration.ofSeconds(1))
                .publishTimeout(TIMEOUT);
    }

    void open(NatsOptions options, PublisherOptions publisherOptions) {
        nats = NatsConnection.open(options);
        open.push(nats);
        publisher = new JetStreamPublisher(nats, publisherOptions);
        open.push(publisher);
    }

    void open(String url) {
        NatsOptions options = options(url).build();
        open(options, PublisherOptions.of(options));
    }

    void connect(String url) {
        open(url);
        awaitConnected();
    }

    void connect(String url, PublisherOptions publisherOptions) {
        open(options(url).build(), publisherOptions);
        awaitConnected();
    }

    void awaitConnected() {
        Conditions.await(PATIENCE, "connected", () -> nats.status().connected());
    }

    NatsConnection nats() {
        return nats;
    }

    JetStreamPublisher publisher() {
        return publisher;
    }

    OutboundMessage message(String subject, String id) {
        return new OutboundMessage(subject, List.of(), id.getBytes(UTF_8), id);
    }

    CompletableFuture<PubAck> publish(String subject, String id) {
        return publisher.publish(message(subject, id));
    }

    PubAck acknowledged(OutboundMessage message) {
        try {
            return publisher.publish(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(message + " was not acknowledged", e);
        }
    }

    /** Publishes again, as the journal does, until it is acknowledged. */
    PubAck retried(OutboundMessage message) {
        return Conditions.awaitValue(PATIENCE, message + " is acknowledged", () -> {
            try {
                return publisher.publish(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                return null;
            }
        });
    }

    PublishException failure(OutboundMessage message) {
        return failure(publisher.publish(message));
    }

    static PublishException failure(CompletableFuture<PubAck> publish) {
        try {
            PubAck ack = publish.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("expected a failure, got " + ack);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PublishException failure) {
                return failure;
            }
            throw new AssertionError("not a PublishException", e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the publish hangs", e);
        }
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
