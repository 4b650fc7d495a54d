package io.bactrian.jetstream;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nats.client.api.ServerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of the connection, put together from what several threads report; tells listeners in order. */
final class StatusBoard {
    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);
    private static final int MAX_DENIED = 1000;

    private final List<Consumer<NatsStatus>> listeners = new CopyOnWriteArrayList<>();
    private volatile NatsStatus status =
            new NatsStatus(false, Instant.now(), "not connected yet", null, -1, false, false, false);

    private boolean connected;
    private boolean lameDuck;
    private String outage = "not connected yet";
    private boolean explained;
    private boolean serverSpoke;
    private ServerInfo server;
    private final Set<String> deniedSubjects = new LinkedHashSet<>();
    private boolean inboxDenied;

    NatsStatus status() {
        return status;
    }

    void onChange(Consumer<NatsStatus> listener) {
        listeners.add(listener);
    }

    /** True when this is news. */
    synchronized boolean connected(ServerInfo info) {
        boolean news = !connected;
        connected = true;
        lameDuck = false;
        explained = false;
        serverSpoke = false;
        deniedSubjects.clear();
        inboxDenied = false;
        server = info;
        publish();
        return news;
    }

    /** True when this is news. */
    synchronized boolean disconnected(String reason) {
        boolean news = connected;
        connected = false;
        outage = reason;
        publish();
        return news;
    }

    synchronized void lameDuck() {
        lameDuck = true;
        disconnected("the server is stopping (lame duck mode)");
    }

    /** An attempt to connect begins: what the server said before no longer outranks what happens now. */
    synchronized void attempt() {
        serverSpoke = false;
    }

    /** A general reason; a detail reported before it is better. */
    synchronized void attemptFailed(String reason) {
        if (!explained) {
            disconnected(reason);
        }
    }

    /** The server's own words while there is no connection. */
    synchronized void refusedByServer(String words) {
        if (!connected) {
            serverSpoke = true;
            explained = true;
            disconnected(words);
        }
    }

    /** What went wrong on our side while there is no connection; after the server's words it is only their echo. */
    synchronized void problem(String text) {
        if (!connected && !serverSpoke) {
            explained = true;
            disconnected(text);
        }
    }

    /** True when this is news. */
    synchronized boolean publishDenied(String subject) {
        boolean news = deniedSubjects.add(subject);
        if (deniedSubjects.size() > MAX_DENIED) {
            deniedSubjects.clear();
            deniedSubjects.add(subject);
        }
        publish();
        return news;
    }

    /** True when this is news. */
    synchronized boolean inboxDenied() {
        boolean news = !inboxDenied;
        inboxDenied = true;
        publish();
        return news;
    }

    /** The server changes its limits also while it runs. */
    synchronized void server(ServerInfo info) {
        server = info;
        publish();
    }

    /** A PubAck came for the subject. */
    void acknowledged(String subject) {
        if (status.reason() != null) {
            allowed(subject);
        }
    }

    private synchronized void allowed(String subject) {
        inboxDenied = false;
        deniedSubjects.remove(subject);
        publish();
    }

    private void publish() {
        NatsStatus before = status;
        NatsStatus after = new NatsStatus(
                connected,
                before.connected() == connected ? before.since() : Instant.now(),
                connected ? shortcoming() : outage,
                server == null ? null : server.getVersion(),
                server == null ? -1 : server.getMaxPayload(),
                server != null && server.isJetStreamAvailable(),
                server != null && server.isHeadersSupported(),
                lameDuck);
        if (!after.equals(before)) {
            status = after;
            listeners.forEach(listener -> tell(listener, after));
        }
    }

    /** One that fails keeps no news from the others, nor from the connection. */
    private static void tell(Consumer<NatsStatus> listener, NatsStatus news) {
        try {
            listener.accept(news);
        } catch (RuntimeException | Error e) {
            LOG.error("A listener failed when it was told of NATS", e);
        }
    }

    private String shortcoming() {
        if (inboxDenied) {
            return "no permission to subscribe to _INBOX.>: PubAcks cannot arrive";
        }
        if (!deniedSubjects.isEmpty()) {
            return "no permission to publish to " + deniedSubjects.iterator().next();
        }
        if (!server.isHeadersSupported()) {
            return "the server does not take headers";
        }
        return server.isJetStreamAvailable() ? null : "the server runs without JetStream";
    }
}
