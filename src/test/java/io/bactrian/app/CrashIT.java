package io.bactrian.app;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The one sentence: what was answered 2xx is in the stream or pending, whoever is killed. */
@ExtendWith(NatsServerExtension.class)
class CrashIT {

    private GatewayHome home;

    @BeforeEach
    void settle(@TempDir Path directory) {
        home = new GatewayHome(directory);
    }

    private static Map<String, Long> countById(NatsServer nats) {
        return nats.messages("EVENTS").stream()
                .collect(Collectors.groupingBy(m -> m.header("ce-id"), Collectors.counting()));
    }

    @Test
    void fifty_events_accepted_while_nats_is_dead_survive_the_death_of_the_gateway() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            Set<String> accepted = ConcurrentHashMap.newKeySet();
            long slowest = 0;
            try (GatewayProcess gateway = home.start(nats)) {
                nats.kill();

                // When: every one is answered in the outage, then the gateway dies too
                for (int i = 0; i < 50; i++) {
                    long start = System.nanoTime();
                    HttpResponse<String> response = home.send(home.event("outage-" + i));
                    slowest = Math.max(slowest, System.nanoTime() - start);
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
                    accepted.add("outage-" + i);
                }
                gateway.kill();
            }
            nats.restart();
            try (GatewayProcess again = home.start(nats)) {
                // Then
                Awaitility.await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(
                                countById(nats).keySet())
                        .containsAll(accepted));
                assertThat(again.isAlive()).isTrue();
            }
            assertThat(countById(nats))
                    .hasSize(50)
                    .allSatisfy((id, count) -> assertThat(count).as(id).isEqualTo(1));
            assertThat(slowest).as("no answer waited for the dead NATS").isLessThan(TimeUnit.SECONDS.toNanos(5));
        }
    }

    @RepeatedTest(10)
    void what_32_clients_were_answered_survives_a_kill_at_a_random_moment() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            Queue<String> accepted = new ConcurrentLinkedQueue<>();
            AtomicBoolean writing = new AtomicBoolean(true);
            ExecutorService clients = Executors.newFixedThreadPool(32);
            try (GatewayProcess gateway = home.start(nats)) {
                // Given
                CountDownLatch some =
                        new CountDownLatch(ThreadLocalRandom.current().nextInt(200, 3_000));
                for (int c = 0; c < 32; c++) {
                    int number = c;
                    clients.submit(() -> write(number, writing, accepted, some));
                }

                // When
                assertThat(some.await(30, TimeUnit.SECONDS)).isTrue();
                gateway.kill();
                writing.set(false);
                clients.shutdown();
                assertThat(clients.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
            try (GatewayProcess again = home.start(nats)) {
                // Then
                Awaitility.await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(
                                countById(nats).keySet())
                        .containsAll(accepted));
                assertThat(again.isAlive()).isTrue();
            }
            assertThat(accepted).isNotEmpty();
            assertThat(countById(nats).values()).as("copies of one event").allMatch(count -> count == 1);
        }
    }

    private void write(int number, AtomicBoolean writing, Queue<String> accepted, CountDownLatch some) {
        for (int i = 0; writing.get(); i++) {
            String id = "c" + number + "-" + i;
            try {
                if (home.send(home.event(id)).statusCode() == 202) {
                    accepted.add(id);
                    some.countDown();
                }
            } catch (java.io.IOException e) {
                return; // killed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
