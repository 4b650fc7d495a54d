package io.bactrian.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.Folders;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.StoredMessage;
import io.nats.client.PublishOptions;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A publish whose answer is lost: one copy in the stream, whether the server still knows the message id or not. */
class ExactlyOnceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long SHORT_WINDOW = 100;
    private static final long LONG_WINDOW = 120_000;

    @TempDir
    Path directory;

    private GatewayHome home;

    @BeforeEach
    void settle() {
        home = new GatewayHome(directory);
    }

    private static void createStream(NatsServer nats, long windowMillis) {
        nats.createStream(StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>", "other.>")
                .storageType(StorageType.File)
                .duplicateWindow(windowMillis)
                .build());
    }

    private TestGateway.Builder settings(FaultProxy proxy) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", proxy.url())
                .set("bactrian.nats.publish-timeout", "500ms")
                .set("bactrian.http.max-body", "100KiB");
    }

    private static void post(TestGateway gateway, int from, int to) {
        IntStream.range(from, to).forEach(i -> assertThat(
                        gateway.send(gateway.event("e" + i, "{}")).statusCode())
                .isEqualTo(202));
    }

    private static void assertOneCopyEach(NatsServer nats, int count) {
        Map<String, Integer> copies = new HashMap<>();
        for (StoredMessage message : nats.messages("EVENTS")) {
            if (message.header("ce-id") != null) {
                copies.merge(message.header("ce-id"), 1, Integer::sum);
            }
        }
        assertThat(copies)
                .hasSize(count)
                .allSatisfy((id, number) -> assertThat(number).as(id).isEqualTo(1));
    }

    private static void awaitProcessed(TestGateway gateway) {
        Awaitility.await().atMost(PATIENCE).until(() -> gateway.metric("bactrian_journal_pending") == 0);
    }

    @ParameterizedTest(name = "duplicate window {0} ms")
    @ValueSource(longs = {LONG_WINDOW, SHORT_WINDOW})
    void a_lost_pub_ack_leaves_one_copy(long window) throws Exception {
        try (NatsServer nats = NatsServer.start();
                FaultProxy proxy = FaultProxy.before(nats)) {
            createStream(nats, window);
            try (TestGateway gateway = settings(proxy).start()) {
                // Given
                post(gateway, 0, 3);
                awaitProcessed(gateway);

                // When
                proxy.dropAnswers();
                post(gateway, 3, 10);
                Awaitility.await().atMost(PATIENCE).until(() -> nats.messageCount("EVENTS") == 10);
                var location = gateway.send(gateway.event("e5", "{}")).headers().firstValue("Location");
                outlast(nats, window);
                proxy.heal();
                awaitProcessed(gateway);

                // Then
                assertOneCopyEach(nats, 10);
                assertThat(TestGateway.json(gateway.get(location.orElseThrow()))
                                .get("published")
                                .get("sequence")
                                .asLong())
                        .isEqualTo(sequenceOf(nats, "e5"));
            }
        }
    }

    private static long sequenceOf(NatsServer nats, String id) {
        return nats.message("EVENTS", id).sequence();
    }

    /** Until the server, asked by another message, no longer knows an id that it got now. */
    private static void outlast(NatsServer nats, long window) throws Exception {
        if (window == LONG_WINDOW) {
            return;
        }
        assertThat(isDuplicate(nats)).isFalse();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(3 * window))
                .atMost(PATIENCE)
                .until(() -> !isDuplicate(nats));
    }

    private static boolean isDuplicate(NatsServer nats) throws Exception {
        PublishOptions options = PublishOptions.builder().messageId("probe").build();
        return nats.admin()
                .jetStream()
                .publish("other.probe", new byte[0], options)
                .isDuplicate();
    }

    @ParameterizedTest(name = "duplicate window {0} ms")
    @ValueSource(longs = {LONG_WINDOW, SHORT_WINDOW})
    void a_connection_that_is_cut_in_mid_window_leaves_one_copy_each(long window) {
        try (NatsServer nats = NatsServer.start();
                FaultProxy proxy = FaultProxy.before(nats)) {
            createStream(nats, window);
            try (TestGateway gateway = settings(proxy).start()) {
                // Given: NATS answers slowly, so that many are on their way
                proxy.delay(Duration.ofMillis(30));

                // When
                for (int round = 0; round < 5; round++) {
                    post(gateway, round * 60, round * 60 + 60);
                    proxy.cut();
                }
                awaitProcessed(gateway);

                // Then
                assertOneCopyEach(nats, 300);
            }
        }
    }

    private GatewayProcess gateway(String url, String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("-Dbactrian.nats.publish-timeout=30s");
        return home.start(url, options.toArray(String[]::new));
    }

    private void send(String id) throws Exception {
        assertThat(home.send(home.event(id)).statusCode()).isEqualTo(202);
    }

    @ParameterizedTest(name = "duplicate window {0} ms")
    @ValueSource(longs = {LONG_WINDOW, SHORT_WINDOW})
    void a_gateway_killed_before_the_record_of_a_pub_ack_leaves_one_copy(long window) throws Exception {
        try (NatsServer nats = NatsServer.start();
                FaultProxy proxy = FaultProxy.before(nats)) {
            createStream(nats, window);
            try (GatewayProcess gateway = gateway(proxy.url())) {
                // Given
                for (int i = 0; i < 5; i++) {
                    send("before-" + i);
                }
                Awaitility.await().atMost(PATIENCE).until(() -> nats.messageCount("EVENTS") == 5);

                // When: stored, and the journal knows nothing of it
                proxy.dropAnswers();
                for (int i = 0; i < 20; i++) {
                    send("lost-" + i);
                }
                Awaitility.await().atMost(PATIENCE).until(() -> nats.messageCount("EVENTS") == 25);
                gateway.kill();
            }
            proxy.heal();
            outlast(nats, window);
            try (GatewayProcess again = gateway(proxy.url())) {
                Awaitility.await().atMost(PATIENCE).until(() -> home.metric("bactrian_journal_pending") == 0);

                // Then
                assertThat(again.isAlive()).isTrue();
                assertOneCopyEach(nats, 25);
            }
        }
    }

    @Test
    void a_gateway_killed_in_the_middle_of_a_repair_goes_on_after_the_restart_without_copies() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            createStream(nats, LONG_WINDOW);
            String slow = "-Dbactrian.nats.repair-rate=130";
            int count = 600;
            try (GatewayProcess gateway = gateway(nats.url(), slow)) {
                // Given
                nats.stop();
                Path copy = directory.resolve("copy");
                Folders.copy(nats.storeDirectory(), copy);
                nats.restart();
                for (int i = 0; i < count; i++) {
                    send("e" + i);
                }
                Awaitility.await().atMost(PATIENCE).until(() -> home.metric("bactrian_journal_pending") == 0);
                assertThat(nats.messageCount("EVENTS")).isEqualTo(count);

                // When
                nats.kill();
                Folders.replace(nats.storeDirectory(), copy);
                nats.restart();
                Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> nats.messageCount("EVENTS") >= 100);
                gateway.kill();
                assertThat(nats.messageCount("EVENTS"))
                        .as("killed in the middle")
                        .isLessThan(count);
            }
            try (GatewayProcess again = gateway(nats.url(), slow)) {
                // Then
                Awaitility.await().atMost(PATIENCE).until(() -> nats.messageCount("EVENTS") >= count);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> again.log().contains("Events that the broker lost are pending again")
                                && home.metric("bactrian_journal_pending") == 0);
                assertOneCopyEach(nats, count);
                assertThat(nats.messages("EVENTS"))
                        .allSatisfy(message -> assertThat(message.messageId()).endsWith("#r1"));
            }
        }
    }
}
