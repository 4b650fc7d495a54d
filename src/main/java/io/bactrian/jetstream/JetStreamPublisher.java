package io.bactrian.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.nats.client.api.PublishAck;
import io.nats.client.api.ServerInfo;
import io.nats.client.impl.Headers;

/**
 * Publishes to JetStream and to nothing else: each message is a request that only a stream's PubAck fulfils. At most
 * {@link PublisherOptions#maxInFlight} are unanswered at a time, each has a deadline, and whatever goes wrong comes out as a
 * {@link PublishException} that says what to do about it. Safe for use by many threads.
 */
public final class JetStreamPublisher implements AutoCloseable {
    private static final String MESSAGE_ID = "Nats-Msg-Id";
    private static final String EXPECTED_STREAM = "Nats-Expected-Stream";
    private static final String RESERVED_PREFIX = "nats-";

    private final NatsConnection nats;
    private final PublishWindow window;
    private final long timeoutNanos;
    private final Executor completion;
    private final ExecutorService ownCompletion;
    private final ScheduledExecutorService deadlines;
    private final ConnectionUser connectionUser = new User();
    private volatile boolean closed;

    /** Completes futures on a thread of its own, {@code jetstream-completion}. */
    public JetStreamPublisher(NatsConnection nats, PublisherOptions options) {
        this(nats, options, Executors.newSingleThreadExecutor(NatsConnection.threads("jetstream-completion")));
    }

    /**
     * Completes futures on the given executor. {@code Runnable::run} completes PubAcks on the one thread of jnats that
     * reads all of them, which is fastest and only for continuations that never block.
     */
    public JetStreamPublisher(NatsConnection nats, PublisherOptions options, Executor completion) {
        this(nats, options, completion, null);
    }

    private JetStreamPublisher(NatsConnection nats, PublisherOptions options, ExecutorService own) {
        this(nats, options, own, own);
    }

    private JetStreamPublisher(
            NatsConnection nats, PublisherOptions options, Executor completion, ExecutorService own) {
        this.nats = nats;
        this.window = new PublishWindow(options.maxInFlight(), options.maxInFlightBytes());
        this.timeoutNanos = options.publishTimeout().toNanos();
        this.completion = completion;
        this.ownCompletion = own;
        this.deadlines = Executors.newSingleThreadScheduledExecutor(NatsConnection.threads("jetstream-deadline"));
        long tick = Math.max(5, Math.min(250, options.publishTimeout().toMillis() / 20));
        ScheduledFuture<?> unused = deadlines.scheduleAtFixedRate(this::expire, tick, tick, TimeUnit.MILLISECONDS);
        nats.register(connectionUser);
    }

    /**
     * Publishes and returns at once (only when jnats' outgoing queue is full it waits for room, at most 100 ms). Never
     * throws for a message's sake: the future fails with a {@link PublishException}. A failure found before
     * anything was sent is there when the method returns; everything else completes on the executor. Cancelling the
     * future does not take the message back.
     */
    public CompletableFuture<PubAck> publish(OutboundMessage message) {
        String problem = Subjects.problem(message.subject());
        if (problem != null) {
            return failed(ErrorClass.EVENT, problem);
        }
        Headers headers;
        try {
            headers = headers(message);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    PublishException.of(ErrorClass.EVENT, 0, "header: " + e.getMessage(), e));
        }
        NatsConnection.Session session = nats.session();
        if (closed) {
            return failed(ErrorClass.TRANSPORT, "the publisher is closed");
        }
        if (session == null || !session.usable()) {
            return CompletableFuture.failedFuture(nats.unusable());
        }
        long bytes = (long) headers.serializedLength() + message.payload().length;
        ServerInfo server = session.connection().getServerInfo();
        if (!server.isHeadersSupported()) {
            return failed(ErrorClass.CONFIGURATION, "the server does not take headers");
        }
        if (server.getMaxPayload() > 0 && bytes > server.getMaxPayload()) {
            return failed(
                    ErrorClass.EVENT,
                    "message of " + bytes + " bytes, the server's max_payload is " + server.getMaxPayload());
        }
        return send(session, message, headers, bytes);
    }

    /** Publishes without an answer at this moment. */
    public int inFlight() {
        return window.count();
    }

    /** Payload and header bytes of these. */
    public long inFlightBytes() {
        return window.bytes();
    }

    /**
     * Lets no more publishes in, waits for the answers to those in flight, fails the rest.
     *
     * @param drain how long to wait for the answers
     */
    public void close(Duration drain) {
        closed = true;
        try {
            window.awaitEmpty(drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nats.unregister(connectionUser);
        deadlines.shutdownNow();
        failAll("the publisher was closed before the answer came");
        if (ownCompletion != null) {
            ownCompletion.shutdown();
        }
    }

    /** Does not wait for answers. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private CompletableFuture<PubAck> send(
            NatsConnection.Session session, OutboundMessage message, Headers headers, long bytes) {
        InFlight publish = new InFlight(message.subject(), bytes, System.nanoTime() + timeoutNanos);
        if (!window.enter(publish)) {
            return failed(ErrorClass.WINDOW, "the publish window is full");
        }
        try {
            CompletableFuture<PublishAck> unused = session.jetStream()
                    .publishAsync(message.subject(), headers, message.payload())
                    .whenComplete((ack, error) -> answered(publish, ack, error));
        } catch (RuntimeException e) {
            fail(publish, PublishErrors.classify(e));
        }
        return publish.result();
    }

    static Headers headers(OutboundMessage message) {
        Headers headers = new Headers();
        for (Header header : message.headers()) {
            if (header.name().regionMatches(true, 0, RESERVED_PREFIX, 0, RESERVED_PREFIX.length())) {
                throw new IllegalArgumentException(header.name() + " is an order to the server");
            }
            headers.add(header.name(), header.value());
        }
        headers.add(MESSAGE_ID, message.messageId());
        if (message.expectedStream() != null) {
            headers.add(EXPECTED_STREAM, message.expectedStream());
        }
        return headers;
    }

    private void answered(InFlight publish, PublishAck ack, Throwable error) {
        if (error != null) {
            fail(publish, PublishErrors.classify(error));
        } else if (window.leave(publish)) {
            nats.acknowledged(publish.subject());
            PubAck answer = new PubAck(ack.getStream(), ack.getSeqno(), ack.isDuplicate());
            complete(() -> publish.result().complete(answer));
        }
    }

    private boolean fail(InFlight publish, PublishException reason) {
        boolean first = window.leave(publish);
        if (first) {
            complete(() -> publish.result().completeExceptionally(reason));
        }
        return first;
    }

    private void failAll(String reason) {
        for (InFlight publish : window.publishes()) {
            fail(publish, PublishException.of(ErrorClass.TRANSPORT, reason));
        }
    }

    private void expire() {
        long now = System.nanoTime();
        boolean any = false;
        for (InFlight publish : window.publishes()) {
            if (publish.expired(now)) {
                any |= fail(
                        publish,
                        PublishException.timeout(
                                "no answer in " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms"));
            }
        }
        if (any) {
            nats.timedOut();
        }
    }

    private void complete(Runnable completing) {
        try {
            completion.execute(completing);
        } catch (RejectedExecutionException e) {
            // the executor is closed: nobody must wait for ever because of that
            completing.run();
        }
    }

    private static CompletableFuture<PubAck> failed(ErrorClass errorClass, String message) {
        return CompletableFuture.failedFuture(PublishException.of(errorClass, message));
    }

    private final class User implements ConnectionUser {
        @Override
        public void connectionLost(String reason) {
            failAll(reason);
        }

        @Override
        public void publishDenied(String subject) {
            for (InFlight publish : window.publishes()) {
                if (publish.subject().equals(subject)) {
                    fail(
                            publish,
                            PublishException.of(ErrorClass.CONFIGURATION, "no permission to publish to " + subject));
                }
            }
        }

        @Override
        public boolean awaitIdle(Duration timeout) throws InterruptedException {
            return window.awaitEmpty(timeout);
        }
    }
}
