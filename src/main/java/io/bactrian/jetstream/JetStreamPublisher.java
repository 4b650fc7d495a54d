package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ServerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to JetStream and to nothing else: each message is a request that only a stream's PubAck fulfils. At most
 * {@link PublisherOptions#maxInFlight} are unanswered at a time, each has a deadline, and whatever goes wrong comes out as a
 * {@link PublishException} that says what to do about it. Safe for use by many threads.
 */
public final class JetStreamPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JetStreamPublisher.class);

    private final NatsConnection nats;
    private final PublishWindow window;
    private final long timeoutNanos;
    private final Executor completion;
    private final ExecutorService ownCompletion;
    private final ScheduledExecutorService deadlines;
    private final Burst burst = new Burst();
    private final ConnectionUser connectionUser = new User();
    private volatile ReplySubjects replies;
    private volatile boolean closed;

    /** Completes futures on a thread of its own, {@code jetstream-completion}. */
    public JetStreamPublisher(NatsConnection nats, PublisherOptions options) {
        this(nats, options, Executors.newSingleThreadExecutor(NatsConnection.threads("jetstream-completion")));
    }

    /**
     * Completes futures on the given executor. {@code Runnable::run} completes PubAckReader on the one thread of jnats that
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
        MessageHeaders headers;
        try {
            headers = new MessageHeaders(message);
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

    /**
     * The calling thread is about to publish many messages: they may be kept back for one another until there are enough of them,
     * or {@link #endBurst}. One thread at a time has a burst; for others this does nothing.
     */
    public void beginBurst() {
        burst.begin();
    }

    /** Hands over what was kept back. */
    public void endBurst() {
        burst.end();
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
        unsubscribe();
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
            NatsConnection.Session session, OutboundMessage message, MessageHeaders headers, long bytes) {
        InFlight publish = new InFlight(message.subject(), bytes, System.nanoTime() + timeoutNanos);
        long number = window.enter(publish);
        if (number < 0) {
            return failed(ErrorClass.WINDOW, "the publish window is full");
        }
        Connection connection = session.connection();
        burst.send(
                () -> {
                    if (window.find(number) == null) {
                        return; // it has failed while it was kept back
                    }
                    try {
                        String reply = replies(connection).subject(number);
                        connection.publish(message.subject(), reply, headers, message.payload());
                    } catch (RuntimeException | Error e) {
                        fail(publish, PublishErrors.classify(e));
                    }
                },
                bytes);
        return publish.result();
    }

    private ReplySubjects replies(Connection connection) {
        ReplySubjects present = replies;
        return present != null && present.isOf(connection) ? present : subscribe(connection);
    }

    private synchronized ReplySubjects subscribe(Connection connection) {
        ReplySubjects present = replies;
        if (present == null || !present.isOf(connection)) {
            if (present != null) {
                present.close();
            }
            present = new ReplySubjects(connection, this::answered, this::complete);
            replies = present;
        }
        return present;
    }

    private synchronized void unsubscribe() {
        if (replies != null) {
            replies.close();
        }
    }

    private Runnable answered(Message answer, long number) {
        InFlight publish = window.find(number);
        if (publish == null) {
            return null; // it has failed meanwhile
        }
        PubAck ack;
        try {
            ack = PubAckReader.read(answer);
        } catch (IOException | JetStreamApiException | RuntimeException e) {
            nats.answered();
            fail(publish, PublishErrors.classify(e));
            return null;
        }
        if (!window.leave(publish)) {
            return null;
        }
        nats.acknowledged(publish.subject());
        return () -> publish.result().complete(ack);
    }

    private boolean fail(InFlight publish, PublishException reason) {
        boolean first = window.leave(publish);
        if (first) {
            complete(() -> publish.result().completeExceptionally(reason));
        }
        return first;
    }

    private void failAll(String reason) {
        for (InFlight publish : window.publishes(any -> true)) {
            fail(publish, PublishException.of(ErrorClass.TRANSPORT, reason));
        }
    }

    /** Never throws: it would not be called again. */
    private void expire() {
        try {
            expireNow();
        } catch (RuntimeException | Error e) {
            LOG.error("Ending publishes that had no answer in time failed", e);
        }
    }

    private void expireNow() {
        ReplySubjects present = replies;
        if (present != null) {
            present.handOver(); // of a connection that ended before the rest of its answers were read
        }
        long now = System.nanoTime();
        boolean any = false;
        for (InFlight publish : window.publishes(one -> one.expired(now))) {
            any |= fail(
                    publish,
                    PublishException.timeout("no answer in " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms"));
        }
        if (any) {
            nats.timedOut();
        }
    }

    private void complete(Runnable completing) {
        try {
            completion.execute(completing);
        } catch (RejectedExecutionException | Error e) {
            // the executor is closed, or has no thread: nobody must wait for ever because of that
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
            for (InFlight publish : window.publishes(one -> one.subject().equals(subject))) {
                fail(publish, PublishException.denied(subject));
            }
        }

        @Override
        public boolean awaitIdle(Duration timeout) throws InterruptedException {
            return window.awaitEmpty(timeout);
        }
    }
}
