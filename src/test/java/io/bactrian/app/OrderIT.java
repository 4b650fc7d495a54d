package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code bactrian.delivery.order}: events of one key arrive as they were accepted, whatever fails and is tried again. */
@ExtendWith(NatsServerExtension.class)
class OrderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private TestGateway.Builder gateway(String order, String url) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", url)
                .set("bactrian.delivery.order", order)
                .set("bactrian.delivery.backoff-initial", "10ms")
                .set("bactrian.delivery.redeliveries", "1")
                .set("bactrian.nats.publish-timeout", "1s")
                .set("bactrian.nats.subject", "subject".equals(order) ? "events.{subject}" : "events.{type}");
    }

    /** Accepts {@code perKey} events of each key, turn by turn, in the order of their ids. */
    private static void accept(TestGateway gateway, Collection<String> keys, int from, int perKey) {
        for (int n = from; n < from + perKey; n++) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (String key : keys) {
                answers.add(gateway.sendAsync(gateway.event(key + ":" + n, "{}")
                        .header("ce-subject", key)
                        .header("ce-partitionkey", key)));
            }
            answers.forEach(answer -> assertThat(answer.join().statusCode())
                    .as(answer.join().body())
                    .isEqualTo(202));
        }
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key" + i).toList();
    }

    private static void awaitPending(TestGateway gateway, int pending) {
        Conditions.await(PATIENCE, "pending", () -> gateway.metric("bactrian_journal_pending") == pending);
    }

    private static Map<String, List<Integer>> arrivals(NatsServer nats, String stream) {
        Map<String, List<Integer>> byKey = new HashMap<>();
        for (StoredMessage message : nats.messages(stream)) {
            String id = message.header("ce-id");
            int colon = id.indexOf(':');
            byKey.computeIfAbsent(id.substring(0, colon), k -> new ArrayList<>())
                    .add(Integer.valueOf(id.substring(colon + 1)));
        }
        return byKey;
    }

    private static void assertInOrder(Map<String, List<Integer>> arrivals, Collection<String> keys, int perKey) {
        assertThat(arrivals).containsOnlyKeys(keys);
        List<Integer> expected = IntStream.range(0, perKey).boxed().toList();
        assertThat(arrivals)
                .allSatisfy((key, numbers) -> assertThat(numbers).as(key).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"subject", "partitionkey"})
    void events_of_one_key_arrive_in_order_through_cuts_lost_answers_and_a_restart(String order, NatsServer nats)
            throws IOException {
        nats.createStream("EVENTS", "events.>");
        List<String> keys = keys(20);
        try (FaultProxy proxy = FaultProxy.before(nats)) {
            try (TestGateway gateway = gateway(order, proxy.url()).start()) {
                // Given: a backlog
                proxy.refuse();
                proxy.cut();
                accept(gateway, keys, 0, 40);
                // When: it flows while connections are cut and answers are lost
                proxy.heal();
                for (int n = 40; n < 60; n += 5) {
                    accept(gateway, keys, n, 5);
                    proxy.dropAnswers();
                    long before = proxy.droppedBytes(FaultProxy.Direction.SERVER_TO_CLIENT);
                    accept(gateway, keys.subList(0, 1), 1000 + n, 1);
                    Conditions.await(
                            PATIENCE,
                            "an answer is lost",
                            () -> proxy.droppedBytes(FaultProxy.Direction.SERVER_TO_CLIENT) > before);
                    proxy.heal();
                    proxy.cut();
                }
                // the rest waits for the restart
                proxy.refuse();
                proxy.cut();
                accept(gateway, keys, 60, 20);
            }
            proxy.heal();
            try (TestGateway gateway = gateway(order, proxy.url()).start()) {
                awaitPending(gateway, 0);
            }
        }
        // Then
        Map<String, List<Integer>> arrivals = arrivals(nats, "EVENTS");
        arrivals.get("key0").removeIf(n -> n >= 1000);
        assertInOrder(arrivals, keys, 80);
    }

    @Test
    void a_key_that_fails_holds_up_its_own_events_and_no_others() {
        try (NatsServer nats = NatsServer.start()) {
            // Given: one of the subjects is in a stream that is full
            nats.createStream("EVENTS", "events.key1", "events.key2", "events.key3");
            StreamConfiguration full = StreamConfiguration.builder()
                    .name("FULL")
                    .subjects("events.key0")
                    .storageType(StorageType.File)
                    .discardPolicy(DiscardPolicy.New)
                    .maxMessages(3)
                    .build();
            nats.createStream(full);
            List<String> keys = keys(4);
            try (TestGateway gateway = gateway("subject", nats.url()).start()) {
                // When
                accept(gateway, keys, 0, 50);
                // Then
                awaitPending(gateway, 47);
                assertInOrder(arrivals(nats, "EVENTS"), keys.subList(1, 4), 50);
                assertInOrder(arrivals(nats, "FULL"), keys.subList(0, 1), 3);
                // When
                nats.updateStream(
                        StreamConfiguration.builder(full).maxMessages(-1).build());
                // Then
                awaitPending(gateway, 0);
                assertInOrder(arrivals(nats, "FULL"), keys.subList(0, 1), 50);
            }
        }
    }

    @Test
    void a_dead_event_lets_those_of_its_key_go_on() {
        try (NatsServer nats = NatsServer.start("max_payload: 4096")) {
            nats.createStream("EVENTS", "events.>");
            nats.stop();
            try (TestGateway gateway = gateway("partitionkey", nats.url()).start()) {
                // Given: one in the middle that NATS never takes
                List<String> key = keys(1);
                accept(gateway, key, 0, 10);
                assertThat(gateway.send(gateway.event("large", "\"" + "x".repeat(8_000) + "\"")
                                        .header("ce-partitionkey", key.get(0)))
                                .statusCode())
                        .isEqualTo(202);
                accept(gateway, key, 10, 10);
                // When
                nats.restart();
                // Then
                awaitPending(gateway, 0);
                assertInOrder(arrivals(nats, "EVENTS"), key, 20);
                assertThat(gateway.metric("bactrian_events_dead_total{reason=\"event\",webhook=\"cloudevents\"}"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void events_without_a_partition_key_go_as_without_an_order(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        try (TestGateway gateway = gateway("partitionkey", nats.url()).start()) {
            // When
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(gateway.sendAsync(gateway.event("free:" + i, "{}")));
            }
            answers.forEach(CompletableFuture::join);
            // Then
            awaitPending(gateway, 0);
            assertThat(arrivals(nats, "EVENTS").get("free")).hasSize(100);
        }
    }

    @Test
    void an_order_that_there_is_not_stops_the_start_with_one_line() {
        assertThatThrownBy(() -> gateway("source", "nats://127.0.0.1:1").start())
                .hasStackTraceContaining("bactrian.delivery.order=source")
                .hasStackTraceContaining("expected one of none, partitionkey, subject");
    }
}
