package io.bactrian.app;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever NATS does to a gateway under load, every accepted event is in the stream, once. For each nats-server. */
abstract class NatsFaults {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    abstract Path binary();

    /** How often a fault is repeated. */
    abstract int times();

    private NatsServer.Builder server() {
        return NatsServer.builder().binary(binary());
    }

    private NatsServer serverWithStream() {
        NatsServer nats = server().start();
        nats.createStream("EVENTS", "events.>");
        return nats;
    }

    private TestGateway.Builder gateway(String url) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", url)
                .set("bactrian.nats.publish-timeout", "500ms")
                .set("bactrian.delivery.backoff-initial", "10ms");
    }

    private static String post(TestGateway gateway, String id, String body) {
        HttpResponse<String> response = gateway.send(gateway.event(id, body));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static JsonNode await(TestGateway gateway, String location, String pointer, String value) {
        return Conditions.awaitValue(PATIENCE, location + " " + pointer + " " + value, () -> {
            JsonNode event = TestGateway.json(gateway.get(location));
            return value.equals(event.at(pointer).asText()) ? event : null;
        });
    }

    @Test
    void case_20_killed_in_mid_window() {
        try (NatsServer nats = serverWithStream();
                TestGateway gateway = gateway(nats.url()).start();
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            // When
            for (int i = 0; i < times(); i++) {
                load.awaitAccepted(100);
                nats.kill();
                load.awaitAccepted(50);
                nats.restart();
            }

            // Then
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
        }
    }

    @Test
    void case_22_half_open_and_blackholed() {
        try (NatsServer nats = serverWithStream();
                FaultProxy proxy = FaultProxy.before(nats);
                TestGateway gateway = gateway(proxy.url()).start();
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            // When
            for (int i = 0; i < times(); i++) {
                load.awaitAccepted(50);
                proxy.halfOpen();
                load.awaitAccepted(50);
                Conditions.await(PATIENCE, "back", () -> gateway.metric("bactrian_nats_connected") == 1);
                proxy.blackhole();
                load.awaitAccepted(50);
                Conditions.await(PATIENCE, "noticed", () -> gateway.metric("bactrian_nats_connected") == 0);
                proxy.heal();
            }

            // Then
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
        }
    }

    @Test
    void case_24_the_stream_is_deleted_and_made_again() {
        try (NatsServer nats = serverWithStream();
                TestGateway gateway = gateway(nats.url()).start()) {
            await(gateway, post(gateway, "before", "{}"), "/state", "processed");

            // When
            nats.deleteStream("EVENTS");
            String first = post(gateway, "first", "{}");
            JsonNode waiting = await(gateway, first, "/lastError/class", "no-stream");
            try (HttpLoad load = new HttpLoad(gateway, "e-")) {
                load.awaitAccepted(100);
                nats.createStream("EVENTS", "events.>");

                // Then
                await(gateway, first, "/state", "processed");
                HttpLoad.assertStoredOnce(gateway, nats, load.stop());
            }
            assertThat(waiting.at("/lastError/message").asText()).contains("no stream listens on the subject");
            assertThat(waiting.at("/lastError/at").asText()).isNotEmpty();
            assertThat(waiting.at("/nextAttemptAt").asText()).isNotEmpty();
        }
    }

    @Test
    void the_stream_is_purged_under_load() {
        try (NatsServer nats = serverWithStream();
                TestGateway gateway = gateway(nats.url()).start()) {
            try (HttpLoad before = new HttpLoad(gateway, "before-")) {
                before.awaitAccepted(100);
                nats.purgeStream("EVENTS");
                before.stop();
            }

            // When
            try (HttpLoad after = new HttpLoad(gateway, "after-")) {
                after.awaitAccepted(100);

                // Then
                HttpLoad.assertStoredOnce(gateway, nats, after.stop());
            }
        }
    }

    @Test
    void case_25_a_full_stream_is_waited_for_in_order_and_nothing_is_dead() {
        try (NatsServer nats = server().start()) {
            StreamConfiguration full = StreamConfiguration.builder()
                    .name("EVENTS")
                    .subjects("events.>")
                    .storageType(StorageType.File)
                    .discardPolicy(DiscardPolicy.New)
                    .maxMessages(3)
                    .build();
            nats.createStream(full);
            try (TestGateway gateway = gateway(nats.url()).start()) {
                // Given
                List<String> ids = new ArrayList<>();
                List<String> locations = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    ids.add("e-" + i);
                    locations.add(post(gateway, "e-" + i, "{}"));
                }
                JsonNode waiting = await(gateway, locations.get(3), "/lastError/class", "capacity");
                Conditions.await(
                        PATIENCE,
                        "several attempts",
                        () -> TestGateway.json(gateway.get(locations.get(3)))
                                        .get("attempts")
                                        .intValue()
                                > 3);

                // When
                nats.updateStream(
                        StreamConfiguration.builder(full).maxMessages(1000).build());

                // Then
                for (String location : locations) {
                    await(gateway, location, "/state", "processed");
                }
                assertThat(waiting.at("/lastError/message").asText()).contains("10077");
                assertThat(nats.messages("EVENTS"))
                        .extracting(message -> message.header("ce-id"))
                        .containsExactlyElementsOf(ids);
            }
        }
    }

    @Test
    void case_26_max_payload_is_lowered_while_an_event_is_pending() {
        try (NatsServer nats = serverWithStream();
                TestGateway gateway = gateway(nats.url()).start()) {
            // Given
            nats.stop();
            String before = post(gateway, "before", "{}");
            String large = post(gateway, "large", "\"" + "x".repeat(10_000) + "\"");
            String after = post(gateway, "after", "{}");

            // When
            nats.restart("max_payload: 5000");

            // Then
            JsonNode dead = await(gateway, large, "/state", "dead");
            await(gateway, before, "/state", "processed");
            await(gateway, after, "/state", "processed");
            assertThat(dead.at("/lastError/class").asText()).isEqualTo("event");
            assertThat(dead.at("/lastError/message").asText()).contains("max_payload is 5000");
        }
    }

    @Test
    void case_30_lame_duck_under_load() {
        try (NatsServer nats = server().config("lame_duck_duration: 30s\nlame_duck_grace_period: 1s")
                        .start();
                TestGateway gateway = gateway(nats.url()).start();
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            nats.createStream("EVENTS", "events.>");
            // When
            load.awaitAccepted(100);
            nats.lameDuck();
            Conditions.await(PATIENCE, "told", () -> gateway.metric("bactrian_nats_connected") == 0);
            load.awaitAccepted(50);
            nats.kill();
            nats.restart();

            // Then
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
        }
    }

    @Test
    void case_30_credentials_that_are_wrong_and_put_right_later() {
        String users = "authorization { users: [ { user: admin, password: admin }, { user: joe, password: %s } ] }";
        try (NatsServer nats = server().config(users.formatted("other"))
                        .admin("admin", "admin")
                        .start();
                TestGateway gateway = gateway(nats.url())
                        .set("bactrian.nats.user", "joe")
                        .set("bactrian.nats.password", "s3cret")
                        .start();
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            nats.createStream("EVENTS", "events.>");
            // When
            load.awaitAccepted(100);
            String first = post(gateway, "first", "{}");
            JsonNode health = TestGateway.json(gateway.management("/observe/health"));
            nats.reload(users.formatted("s3cret"));

            // Then
            await(gateway, first, "/state", "processed");
            HttpLoad.assertStoredOnce(gateway, nats, load.stop());
            assertThat(health.toString()).contains("Authorization Violation");
        }
    }

    @Test
    void a_slow_consumer_that_the_server_throws_out_comes_back() {
        try (NatsServer nats =
                        server().config("max_payload: 1400\nmax_pending: 1500").start();
                TestGateway gateway = gateway(nats.url()).start();
                HttpLoad load = new HttpLoad(gateway, "e-")) {
            nats.createStream("EVENTS", "events.>");
            // When: a burst of PubAcks is more than the server keeps for a client
            nats.suspend();
            load.awaitAccepted(300);
            nats.resume();

            // Then
            Set<String> accepted = load.stop();
            Conditions.await(PATIENCE, "nothing is pending", () -> gateway.metric("bactrian_journal_pending") == 0);
            assertThat(nats.log()).contains("Slow Consumer");
            nats.restart(""); // who reads the stream would be a slow consumer too
            HttpLoad.assertStoredOnce(gateway, nats, accepted);
        }
    }
}
