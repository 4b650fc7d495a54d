package io.bactrian.app;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.EventProperties;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.PendingEvent;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.apache.camel.builder.AdviceWith;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** What NATS will never take is dead, durably and with its reason, and delivery goes on behind it. */
@ExtendWith(NatsServerExtension.class)
class DeadLetterIT {

    @TempDir
    Path directory;

    private TestGateway.Builder gateway(NatsServer nats) {
        return TestGateway.with(directory.resolve("journal")).nats(nats);
    }

    private static String location(TestGateway gateway, HttpRequest.Builder request) {
        return gateway.send(request).headers().firstValue("Location").orElseThrow();
    }

    private static JsonNode await(TestGateway gateway, String location, String state) {
        Awaitility.await().untilAsserted(() -> assertThat(
                        json(gateway.get(location)).get("state").asText())
                .isEqualTo(state));
        return json(gateway.get(location));
    }

    @Test
    void an_event_too_large_for_the_stream_is_dead_and_its_neighbours_arrive() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStreamUpTo(2_000, "EVENTS", "events.>");
            nats.stop();
            String large;
            try (TestGateway gateway = gateway(nats).start()) {
                // Given: while NATS is away nobody knows its limits
                String before = location(gateway, gateway.event("before", "{}"));
                large = location(gateway, gateway.event("large", "\"" + "x".repeat(4_000) + "\""));
                String after = location(gateway, gateway.event("after", "{}"));

                // When
                nats.restart();

                // Then
                await(gateway, before, "processed");
                await(gateway, after, "processed");
                JsonNode dead = await(gateway, large, "dead");
                assertThat(dead.get("lastError").get("class").asText()).isEqualTo("event");
                assertThat(dead.get("lastError").get("message").asText()).isNotBlank();
                assertThat(dead.get("lastError").get("at").asText()).startsWith("20");
                assertThat(gateway.metric("bactrian_events_dead_total{reason=\"event\",webhook=\"cloudevents\"}"))
                        .isEqualTo(1);
                assertThat(gateway.metric("bactrian_journal_pending")).isZero();
            }
            try (TestGateway again = gateway(nats).start()) {
                // Then: dead outlives a restart, and a repeat of it is told so
                assertThat(json(again.get(large)).get("state").asText()).isEqualTo("dead");
                var repeat = again.send(again.event("large", "\"" + "x".repeat(4_000) + "\""));
                assertThat(repeat.statusCode()).isEqualTo(202);
                assertThat(json(repeat).get("state").asText()).isEqualTo("dead");
                assertThat(nats.messageCount("EVENTS")).isEqualTo(2);
            }
        }
    }

    @Test
    void an_event_that_nats_can_never_carry_is_413_when_its_limits_are_known() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStreamUpTo(2_000, "EVENTS", "events.>");
            try (TestGateway gateway = gateway(nats)
                    .webhook("forwarded", "verify", "none", "ack", "processed-only")
                    .start()) {
                await(gateway, location(gateway, gateway.event("before", "{}")), "processed");
                // When
                var fits = gateway.send(gateway.event("fits", "\"" + "x".repeat(1_500) + "\""));
                var large = gateway.send(gateway.event("large", "\"" + "x".repeat(1_900) + "\""));
                var batch = gateway.send(gateway.structured(
                        "application/cloudevents-batch+json",
                        "[{\"specversion\":\"1.0\",\"id\":\"b0\",\"source\":\"/s\",\"type\":\"t\"},"
                                + "{\"specversion\":\"1.0\",\"id\":\"b1\",\"source\":\"/s\",\"type\":\"t\",\"data\":\""
                                + "x".repeat(3_000) + "\"}]"));
                var forwarded = gateway.send(gateway.request("/hooks/forwarded")
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("x".repeat(3_000))));

                // Then
                assertThat(fits.statusCode()).isEqualTo(202);
                for (var response : java.util.List.of(large, batch, forwarded)) {
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
                    assertThat(json(response).get("type").asText()).isEqualTo("urn:bactrian:problem:payload-too-large");
                    assertThat(json(response).get("detail").asText()).contains("at most 2000");
                }
                assertThat(json(batch).get("detail").asText()).startsWith("/1: ");
            }
        }
    }

    @Test
    void headers_that_are_kept_and_that_nats_can_never_carry_are_413() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = gateway(nats)
                            .webhook("kept", "verify", "none", "keepHeaders", "X-Long")
                            .start();
                    RawHttp http = RawHttp.to(gateway)) {
                // When: each byte that is no ASCII takes six on NATS
                RawHttp.Answer answer = http.write("POST /hooks/kept HTTP/1.1\r\nHost: localhost\r\nX-Long: "
                                + "\u00e9".repeat(11_000) + "\r\nContent-Length: 2\r\n\r\n{}")
                        .read();

                // Then
                assertThat(answer.status()).as(answer.body()).isEqualTo(413);
                assertThat(answer.body()).contains("payload-too-large").contains("at most 65535");
                assertThat(nats.messageCount("EVENTS")).isZero();
            }
        }
    }

    @Test
    void the_last_of_max_attempts_is_dead_with_the_transient_reason() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.delivery.max-attempts", "3")
                        .set("bactrian.delivery.redeliveries", "0")
                        .set("bactrian.delivery.backoff-initial", "10ms")
                        .set("bactrian.delivery.backoff-max", "20ms")
                        .start()) {
            // When: no stream takes it
            String location = location(gateway, gateway.event("nowhere", "{}"));

            // Then
            JsonNode dead = await(gateway, location, "dead");
            assertThat(dead.get("attempts").asInt()).isEqualTo(3);
            assertThat(dead.get("lastError").get("class").asText()).isEqualTo("no-stream");
        }
    }

    @Test
    void what_finds_no_room_in_the_window_has_not_had_its_last_attempt() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.nats.mode", "structured")
                        .set("bactrian.nats.max-in-flight-bytes", "7000")
                        .set("bactrian.delivery.max-attempts", "1")
                        .set("bactrian.delivery.redeliveries", "0")
                        .start()) {
            // Given: in the journal two of them are less than that, on NATS they are more
            nats.createStream("EVENTS", "events.>");
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_nats_connected"))
                    .isEqualTo(1));
            String batch = IntStream.range(0, 20)
                    .mapToObj(i -> "{\"specversion\":\"1.0\",\"id\":\"b" + i
                            + "\",\"source\":\"/s\",\"type\":\"t\",\"data_base64\":\"" + "/v79".repeat(1_000) + "\"}")
                    .collect(Collectors.joining(",", "[", "]"));

            // When
            var answer = gateway.send(gateway.structured("application/cloudevents-batch+json", batch));

            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_journal_pending"))
                    .isZero());
            assertThat(gateway.metric("bactrian_journal_dead")).isZero();
            assertThat(nats.messageCount("EVENTS")).isEqualTo(20);
        }
    }

    @Test
    void a_missing_stream_is_an_outage_and_everything_arrives_in_order_once_it_is_there() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats).start()) {
            // Given
            String first = location(gateway, gateway.event("e-0", "{}"));
            for (int i = 1; i < 20; i++) {
                location(gateway, gateway.event("e-" + i, "{}"));
            }
            Awaitility.await().untilAsserted(() -> assertThat(json(gateway.get(first))
                            .get("lastError")
                            .path("class")
                            .asText())
                    .isEqualTo("no-stream"));

            // When
            nats.createStream("EVENTS", "events.>");

            // Then
            await(gateway, first, "processed");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messageCount("EVENTS")).isEqualTo(20));
            assertThat(nats.countByMsgId("EVENTS").values()).allMatch(count -> count == 1);
        }
    }

    @Test
    void a_dead_event_counts_as_processed_nowhere_although_its_dead_letter_was_published() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.delivery.dead-letter-subject", "dead.events")
                        .set("bactrian.delivery.max-attempts", "1")
                        .set("bactrian.delivery.redeliveries", "0")
                        .set("bactrian.nats.max-in-flight", "1")
                        .start()) {
            nats.createStream("DEAD", "dead.>");
            // Given
            await(gateway, location(gateway, gateway.event("nowhere", "{}")), "dead");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messageCount("DEAD")).isEqualTo(1));

            // When: one at a time, so the first has ended
            nats.createStream("EVENTS", "events.>");
            await(gateway, location(gateway, gateway.event("after", "{}")), "processed");

            // Then
            assertThat(gateway.metric("bactrian_events_processed_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_delivery_seconds_count")).isEqualTo(1);
        }
    }

    @Test
    void an_event_that_is_discarded_while_it_is_made_dead_is_neither_dead_nor_an_outage() throws Exception {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.delivery.dead-letter-subject", "dead.events")
                        .set("bactrian.delivery.max-attempts", "1")
                        .set("bactrian.nats.max-in-flight", "1")
                        .start()) {
            nats.createStream("DEAD", "dead.>");
            // Given
            var context = gateway.gateway().context();
            var journal = JournalService.of(context).journal();
            AdviceWith.adviceWith(context, "deliver", route -> route.weaveById("deliver-publish")
                    .before()
                    .process(exchange -> {
                        var event = exchange.getProperty(EventProperties.PENDING_EVENT, PendingEvent.class);
                        journal.discard(event.key(), "test", Runnable::run).join();
                        throw new IllegalStateException("discarded meanwhile");
                    }));

            // When
            String first = location(gateway, gateway.event("first", "{}"));
            String second = location(gateway, gateway.event("second", "{}"));

            // Then: one at a time, so the first has ended
            await(gateway, first, "discarded");
            await(gateway, second, "discarded");
            Awaitility.await()
                    .until(() ->
                            journal.stats().pending() == 0 && journal.stats().inFlight() == 0);
            assertThat(gateway.metric("bactrian_publish_retries_total{reason=\"route\"}"))
                    .isZero();
            assertThat(gateway.metric("bactrian_journal_dead")).isZero();
            assertThat(nats.messageCount("DEAD")).isZero();
        }
    }

    @Test
    void a_route_that_drops_an_event_makes_it_dead_rather_than_lose_it() throws Exception {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats).start()) {
            nats.createStream("EVENTS", "events.>");
            // Given: somebody put a filter without a word into the deliver route
            AdviceWith.adviceWith(gateway.gateway().context(), "deliver", route -> route.weaveById("deliver-publish")
                    .replace()
                    .log("dropped"));

            // When
            String location = location(gateway, gateway.event("dropped", "{}"));

            // Then
            JsonNode dead = await(gateway, location, "dead");
            assertThat(dead.get("lastError").get("class").asText()).isEqualTo("not-published");
        }
    }
}
