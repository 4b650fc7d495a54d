package io.bactrian.jetstream;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nats.client.api.ServerInfo;

/** What is known of the connection, put together from what several threads report; tells listeners in order. */
final class StatusBoard {
    private final List<Consumer<NatsStatus>> listeners = new CopyOnWriteArrayList<>();
    private volatile NatsStatus status =
            new NatsStatus(false, Instant.now(), "not connected yet", null, -1, false, false, false);

    private boolean connected;
    private boolean lameDuck;
    private String outage = "not connected yet";
    private boolean explained;
    private boolean serverSpoke;
    private ServerInfo server;
    private String deniedSubject;
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
        deniedSubject = null;
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

    synchronized void publishDenied(String subject) {
        deniedSubject = subject;
        publish();
    }

    synchronized void inboxDenied() {
        inboxDenied = true;
        publish();
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
        if (subject.equals(deniedSubject)) {
            deniedSubject = null;
        }
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
            listeners.forEach(listener -> listener.accept(after));
        }
    }

    private String shortcoming() {
        if (inboxDenied) {
            return "no permission to subscribe to _INBOX.>: PubAcks cannot arrive";
        }
        if (deniedSubject != null) {
            return "no permission to publish to " + deniedSubject;
        }
        if (!server.isHeadersSupported()) {
            return "the server does not take headers";
        }
        return server.isJetStreamAvailable() ? null : "the server runs without JetStream";
    }
}
