package io.bactrian.app;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that post one event after the other to a gateway, and know what each was answered. */
final class HttpLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 4;

    private final TestGateway gateway;
    private final String prefix;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> others = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private volatile boolean stopped;

    /** @param prefix of the events' ids */
    HttpLoad(TestGateway gateway, String prefix) {
        this.gateway = gateway;
        this.prefix = prefix;
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(this::post);
        }
    }

    private void post() {
        while (!stopped) {
            String id = prefix + next.getAndIncrement();
            int status = answered(id);
            if (status == 202) {
                accepted.add(id);
            } else {
                others.merge(status, 1, Integer::sum);
            }
        }
    }

    /** Sends an event whose answer was lost with its connection again, as senders do: it has been accepted once or not at all. */
    private int answered(String id) {
        try {
            return gateway.send(gateway.event(id, "{}")).statusCode();
        } catch (UncheckedIOException e) {
            int status = gateway.send(gateway.event(id, "{}")).statusCode();
            return status / 100 == 2 ? 202 : status;
        }
    }

    /** Intake goes on, whatever NATS does. */
    HttpLoad awaitAccepted(int more) {
        int before = accepted.size();
        Conditions.await(PATIENCE, more + " more accepted", () -> accepted.size() >= before + more);
        return this;
    }

    /** Posts no more; every answer was a 202. */
    Set<String> stop() {
        close();
        assertThat(others).as("other answers than 202").isEmpty();
        return accepted;
    }

    /** Waits until nothing is pending; then the stream has one copy of each of the events, and none is dead. */
    static void assertStoredOnce(TestGateway gateway, NatsServer nats, Set<String> ids) {
        Conditions.await(PATIENCE, "nothing is pending", () -> gateway.metric("bactrian_journal_pending") == 0);
        Map<String, Long> copies = nats.messages("EVENTS").stream()
                .collect(Collectors.groupingBy(message -> message.header("ce-id"), Collectors.counting()));
        Set<String> missing = new TreeSet<>(ids);
        missing.removeAll(copies.keySet());
        assertThat(missing).as("accepted and not in the stream").isEmpty();
        Map<String, Long> repeated = new TreeMap<>(copies);
        repeated.values().removeIf(count -> count == 1);
        repeated.keySet().retainAll(ids);
        assertThat(repeated).as("more than one copy").isEmpty();
        assertThat(gateway.metric("bactrian_events_dead_total{reason=\"event\",webhook=\"cloudevents\"}"))
                .isZero();
    }

    @Override
    public void close() {
        stopped = true;
        clients.shutdown();
        try {
            assertThat(clients.awaitTermination(40, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
