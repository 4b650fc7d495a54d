package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.nats.client.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reconnects when publishes get no answer although the connection says that it is up. Thread-safe. */
final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final NatsConnection nats;
    private final Duration answerTimeout;
    private final boolean mayLeavePeer;
    private final AtomicBoolean checking = new AtomicBoolean();
    /** Nanoseconds; 0 when nobody is silent. */
    private final AtomicLong silentSince = new AtomicLong();

    /** @param mayLeavePeer whether to reconnect also from a peer that answers pings, but has answered no publish for long */
    Watchdog(NatsConnection nats, Duration answerTimeout, boolean mayLeavePeer) {
        this.nats = nats;
        this.answerTimeout = answerTimeout;
        this.mayLeavePeer = mayLeavePeer;
    }

    /** A publish has its answer, whatever it says, or the connection is new. */
    void answered() {
        if (silentSince.get() != 0) {
            silentSince.set(0);
        }
    }

    /** Publishes got no answer in time: is anybody there? */
    void timedOut() {
        silentSince.compareAndSet(0, System.nanoTime() | 1);
        if (checking.compareAndSet(false, true) && !nats.submit(this::check)) {
            checking.set(false);
        }
    }

    private void check() {
        try {
            NatsConnection.Session current = nats.session();
            long since = silentSince.get();
            if (current == null || since == 0 || !current.usable()) {
                return;
            }
            boolean alive = answersPing(current.connection());
            boolean longSilence = System.nanoTime() - since > 2 * answerTimeout.toNanos();
            // a peer that answers pings but no publish: another server, or a fresh subscription to the answers, may
            // help
            if (!alive || (longSilence && mayLeavePeer)) {
                LOG.warn("nats does not answer publishes, reconnecting answersPing={}", alive);
                silentSince.set(0);
                NatsConnection.forceReconnect(current.connection());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            checking.set(false);
        }
    }

    private static boolean answersPing(Connection connection) {
        try {
            connection.RTT();
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
