package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ForceReconnectOptions;
import io.nats.client.Nats;
import io.nats.client.api.ServerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to NATS that never gives up. It connects in the background, again and again with jitter, whatever the
 * reason for the failure: jnats itself closes a connection for good after the second equal authentication error, and
 * then this class makes a new one, reading credential and TLS files again. A watchdog reconnects when the peer is silent
 * although the connection says it is up. Nothing is buffered while there is no connection.
 */
public final class NatsConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NatsConnection.class);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(2);
    /** A server writes each refusal into its log. */
    private static final Duration SLOWEST_AFTER_REFUSAL = Duration.ofSeconds(10);

    private final NatsOptions options;
    private final Duration answerTimeout;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, threads("nats-connect"));
    private final NatsEvents events = new NatsEvents(this);
    private final StatusBoard board = new StatusBoard();
    private final Set<ConnectionUser> users = ConcurrentHashMap.newKeySet();
    private final Watchdog watchdog;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);

    private volatile Session session;
    private volatile boolean closed;
    private int failures;

    /** The present connection. */
    record Session(Connection connection, boolean lameDuck) {
        boolean usable() {
            return !lameDuck && connection.getStatus() == Connection.Status.CONNECTED;
        }
    }

    private NatsConnection(NatsOptions options, Duration answerTimeout) {
        this.options = options;
        this.answerTimeout = answerTimeout;
        this.watchdog = new Watchdog(this, answerTimeout, options != null);
    }

    /** Returns at once; NATS may be away. */
    public static NatsConnection open(NatsOptions options) {
        NatsConnection nats = new NatsConnection(options, options.publishTimeout());
        nats.worker.execute(nats::connect);
        return nats;
    }

    /**
     * Publishes on a connection of the embedding application, which stays its owner: {@link #close} leaves it open, and
     * once it is closed all publishes fail. It is reconnected only when it does not even answer a ping. Make it with
     * {@code maxReconnects(-1)}, {@code reconnectBufferSize(0)} and {@code dontForceFlushOnRequest()}. What its error
     * listener hears is not heard here: a missing permission shows as a timeout.
     */
    public static NatsConnection wrap(Connection connection) {
        NatsConnection nats = new NatsConnection(null, Duration.ofSeconds(5));
        connection.addConnectionListener(nats.events);
        nats.adopt(connection);
        nats.firstAttempt.countDown();
        return nats;
    }

    /** As it is now. */
    public NatsStatus status() {
        Session current = session;
        NatsStatus status = board.status();
        if (current != null && current.connection().getServerInfo().getMaxPayload() != status.maxPayload()) {
            board.server(current.connection().getServerInfo());
        }
        return board.status();
    }

    /** Called on each change of {@link #status}, in order, by threads that must not be held up. */
    public void onChange(Consumer<NatsStatus> listener) {
        board.onChange(listener);
    }

    /**
     * Waits until the first attempt to connect has succeeded or failed, whether or not another one follows.
     *
     * @return whether there is a connection now
     */
    public boolean awaitFirstAttempt(Duration timeout) throws InterruptedException {
        return firstAttempt.await(timeout.toNanos(), TimeUnit.NANOSECONDS) && status().connected();
    }

    /** The connection of jnats; null before the first connect. */
    public Connection connection() {
        Session current = session;
        return current == null ? null : current.connection();
    }

    /**
     * Waits for the answers to what was published, then closes.
     *
     * @param drain how long to wait
     */
    public void close(Duration drain) {
        long deadline = System.nanoTime() + drain.toNanos();
        try {
            awaitAnswers(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    private void awaitAnswers(long deadline) throws InterruptedException {
        for (ConnectionUser user : users) {
            user.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    /** Closes at once; what is in flight fails. */
    @Override
    public void close() {
        closed = true;
        worker.shutdownNow();
        Session last = session;
        if (last != null) {
            last.connection().removeConnectionListener(events);
            if (options != null) {
                closeConnection(last.connection());
            }
        }
        lost("closed");
    }

    /** The URLs in brackets, without secrets; empty for a connection of the application. */
    String shownServers() {
        return options == null ? "" : " (" + Redaction.redact(String.join(", ", options.servers())) + ")";
    }

    Session session() {
        return session;
    }

    void register(ConnectionUser user) {
        users.add(user);
    }

    void unregister(ConnectionUser user) {
        users.remove(user);
    }

    /** Why nothing can be published now. */
    PublishException unusable() {
        NatsStatus status = board.status();
        String reason =
                status.connected() || status.reason() == null ? "the connection has just been lost" : status.reason();
        return PublishException.of(
                ServerComplaint.needsPerson(reason) ? ErrorClass.CONFIGURATION : ErrorClass.TRANSPORT, reason);
    }

    /** A PubAck has come. */
    void acknowledged(String subject) {
        watchdog.answered();
        board.acknowledged(subject);
    }

    /** A publish has an answer that is no PubAck. */
    void answered() {
        watchdog.answered();
    }

    /** Publishes got no answer in time: is anybody there? */
    void timedOut() {
        watchdog.timedOut();
    }

    void connectionEvent(Connection connection, Events type) {
        Session current = session;
        if (closed || current == null || current.connection() != connection) {
            return;
        }
        switch (type) {
            case CONNECTED, RECONNECTED -> adopt(connection);
            case DISCONNECTED -> lost("the connection was lost");
            case CLOSED -> replace(connection);
            case LAME_DUCK -> leaveLameDuck(current);
            default -> LOG.debug("nats event={}", type);
        }
    }

    /** An {@code -ERR} of the server; also while a connection is being made. */
    void serverError(String text) {
        String subject = ServerComplaint.deniedPublish(text);
        if (subject != null) {
            if (board.publishDenied(subject)) {
                LOG.error("nats permission denied operation=publish subject={}", subject);
            }
            users.forEach(user -> user.publishDenied(subject));
        } else if (ServerComplaint.deniesInbox(text)) {
            if (board.inboxDenied()) {
                LOG.error("nats permission denied operation=subscribe subject=_INBOX.>");
            }
        } else if (!closed) {
            board.refusedByServer(text);
        }
    }

    /** Something went wrong on our side; also while a connection is being made. */
    void problem(String text) {
        if (!closed) {
            board.problem(text);
        }
    }

    static ThreadFactory threads(String name) {
        return body -> {
            Thread thread = new Thread(body, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void connect() {
        if (closed) {
            return;
        }
        try {
            Connection connection = dial();
            if (connection != null) {
                failures = 0;
                adopt(connection);
                if (closed) {
                    closeConnection(connection);
                }
            }
        } finally {
            firstAttempt.countDown();
        }
    }

    /** @return null when that failed: another attempt follows, whatever it was, also when there is no thread for it */
    private Connection dial() {
        board.attempt();
        try {
            return Nats.connect(NatsDial.options(options, events));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AuthenticationException e) {
            failed(e.getMessage(), true);
        } catch (IOException | RuntimeException | Error e) {
            failed(e.getMessage(), false);
        }
        return null;
    }

    private void failed(String reason, boolean authentication) {
        String shown = Redaction.redact(String.valueOf(reason));
        if (failures == 0 && authentication) {
            LOG.error("nats refuses the connection reason={}", shown);
        } else if (failures == 0) {
            LOG.warn("nats cannot be reached reason={}", shown);
        }
        long slowest = (authentication ? SLOWEST_AFTER_REFUSAL : SLOWEST_RETRY).toMillis();
        long wait = Math.min(slowest, options.reconnectWait().toMillis() << Math.min(failures, 10));
        failures++;
        long jitter = ThreadLocalRandom.current().nextLong(wait + 1);
        schedule(this::connect, wait / 2 + jitter / 2);
        // at the end: whatever a listener throws, the next attempt comes
        if (authentication) {
            board.refusedByServer(shown);
        } else {
            board.attemptFailed(shown);
        }
    }

    private void adopt(Connection connection) {
        session = new Session(connection, false);
        watchdog.answered();
        Connection.Status now = connection.getStatus();
        if (now == Connection.Status.CONNECTED) {
            ServerInfo server = connection.getServerInfo();
            if (board.connected(server)) {
                LOG.info("nats connected server={} version={}", server.getServerName(), server.getVersion());
            }
        } else if (now == Connection.Status.CLOSED) {
            replace(connection);
        } else {
            lost("the connection was lost");
        }
    }

    private void lost(String reason) {
        boolean news = board.disconnected(reason);
        if (news && !closed) {
            LOG.warn("nats disconnected reason={}", reason);
        }
        users.forEach(user -> user.connectionLost(reason));
    }

    /** jnats has given up (it does after two equal authentication errors); we do not. */
    private void replace(Connection connection) {
        lost(options == null ? "the application has closed the connection" : "closed: " + lastError(connection));
        if (options != null) {
            schedule(this::connect, options.reconnectWait().toMillis());
        }
    }

    private static String lastError(Connection connection) {
        String error = connection.getLastError();
        return error == null || error.isEmpty() ? "reconnecting" : Redaction.redact(error);
    }

    /** Lets no new publish in, waits for the answers, then goes to another server before this one throws us out. */
    private void leaveLameDuck(Session current) {
        if (options == null || current.lameDuck()) {
            return;
        }
        LOG.info("nats server is stopping (lame duck mode)");
        session = new Session(current.connection(), true);
        board.lameDuck();
        submit(() -> {
            try {
                long deadline = System.nanoTime() + answerTimeout.toNanos();
                awaitAnswers(deadline);
                forceReconnect(current.connection());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Blocks until there is a connection again, or this one is closed. */
    static void forceReconnect(Connection connection) throws InterruptedException {
        try {
            connection.forceReconnect(
                    ForceReconnectOptions.builder().forceClose().build());
        } catch (IOException e) {
            LOG.debug("nats forced reconnect failed", e);
        }
    }

    private static void closeConnection(Connection connection) {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a task on the thread that connects; false when this is closed. */
    boolean submit(Runnable task) {
        try {
            worker.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void schedule(Runnable task, long delayMillis) {
        try {
            ScheduledFuture<?> unused = worker.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("nats connection is closed");
        }
    }
}
