package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What is wrong with one subject, or with one event, holds up nothing else. */
@ExtendWith(NatsServerExtension.class)
class SubjectsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String USERS = """
            authorization { users: [
              { user: admin, password: admin }
              { user: bactrian, password: right, permissions: { publish: ["%s", "$JS.API.>"], subscribe: "_INBOX.>" } }
            ] }
            """;

    @TempDir
    Path directory;

    private TestGateway.Builder gateway(NatsServer nats) {
        return TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.delivery.backoff-initial", "10ms")
                .webhook("lost", "verify", "none")
                .webhook("fine", "verify", "none");
    }

    private static List<String> post(TestGateway gateway, String webhook, int from, int count) {
        List<String> locations = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            HttpResponse<String> response = gateway.send(gateway.request("/hooks/" + webhook)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"n\":" + i + "}")));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            locations.add(response.headers().firstValue("Location").orElseThrow());
        }
        return locations;
    }

    private static JsonNode event(TestGateway gateway, String location) {
        return TestGateway.json(gateway.get(location));
    }

    private static void awaitProcessed(TestGateway gateway, List<String> locations) {
        for (String location : locations) {
            Conditions.await(
                    PATIENCE,
                    location,
                    () -> event(gateway, location).get("state").textValue().equals("processed"));
        }
    }

    @Test
    void a_subject_that_no_stream_takes_waits_alone_and_arrives_once_one_does() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats).start()) {
            nats.createStream("FINE", "events.fine");
            // Given
            List<String> lost = post(gateway, "lost", 0, 30);
            List<String> fine = post(gateway, "fine", 0, 30);
            lost.addAll(post(gateway, "lost", 30, 30));
            fine.addAll(post(gateway, "fine", 30, 30));
            // Then
            awaitProcessed(gateway, fine);
            assertThat(event(gateway, lost.get(0)).at("/lastError/class").textValue())
                    .isEqualTo("no-stream");
            assertThat(event(gateway, lost.get(59)).get("state").textValue()).isEqualTo("accepted");
            assertThat(gateway.metric("bactrian_journal_pending")).isEqualTo(60);
            // When
            nats.createStream("LOST", "events.lost");
            // Then
            awaitProcessed(gateway, lost);
            List<String> bodies = nats.messages("LOST").stream()
                    .map(message -> new String(message.data(), UTF_8))
                    .toList();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                expected.add("{\"n\":" + i + "}");
            }
            assertThat(bodies).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void a_subject_without_permission_waits_alone_and_arrives_once_it_is_given() {
        try (NatsServer nats = NatsServer.builder()
                        .config(USERS.formatted("events.fine"))
                        .admin("admin", "admin")
                        .start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.nats.user", "bactrian")
                        .set("bactrian.nats.password", "right")
                        .set("bactrian.delivery.backoff-max", "100ms")
                        .start()) {
            nats.createStream("EVENTS", "events.>");
            // Given
            List<String> lost = post(gateway, "lost", 0, 10);
            // When
            List<String> fine = post(gateway, "fine", 0, 10);
            // Then
            awaitProcessed(gateway, fine);
            assertThat(event(gateway, lost.get(0)).at("/lastError/class").textValue())
                    .isEqualTo("configuration");
            nats.reload(USERS.formatted("events.>"));
            awaitProcessed(gateway, lost);
        }
    }

    @Test
    void events_that_wait_for_a_stream_are_there_after_a_restart() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("FINE", "events.fine");
            List<String> lost;
            try (TestGateway gateway = gateway(nats).start()) {
                lost = post(gateway, "lost", 0, 20);
                awaitProcessed(gateway, post(gateway, "fine", 0, 1));
            }
            // When
            nats.createStream("LOST", "events.lost");
            try (TestGateway gateway = gateway(nats).start()) {
                // Then
                awaitProcessed(gateway, lost);
                assertThat(nats.messageCount("LOST")).isEqualTo(20);
            }
        }
    }

    @Test
    @SuppressWarnings("try") // closing a connection may be interrupted
    void an_error_nobody_knows_is_tried_a_number_of_times_and_then_dead_while_others_go_on() throws Exception {
        try (NatsServer nats = NatsServer.start();
                Connection odd = Nats.connect(nats.url());
                TestGateway gateway = gateway(nats)
                        .set("bactrian.delivery.unknown-attempts", "4")
                        .set("bactrian.delivery.redeliveries", "0")
                        .start()) {
            nats.createStream("FINE", "events.fine");
            // Given
            AtomicInteger asked = new AtomicInteger();
            answerOddly(odd, asked);
            // When
            String lost = post(gateway, "lost", 0, 1).get(0);
            List<String> fine = post(gateway, "fine", 0, 20);
            // Then
            awaitProcessed(gateway, fine);
            Conditions.await(
                    PATIENCE,
                    "dead",
                    () -> event(gateway, lost).get("state").textValue().equals("dead"));
            JsonNode dead = event(gateway, lost);
            assertThat(dead.at("/lastError/class").textValue()).isEqualTo("unknown");
            assertThat(dead.at("/lastError/message").textValue()).contains("19999");
            assertThat(dead.get("attempts").intValue()).isEqualTo(4);
            assertThat(asked).hasValue(4);
        }
    }

    @Test
    @SuppressWarnings("try") // closing a connection may be interrupted
    void the_attempts_of_an_outage_are_none_of_those_of_an_error_nobody_knows() throws Exception {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)
                        .set("bactrian.delivery.unknown-attempts", "4")
                        .set("bactrian.delivery.redeliveries", "0")
                        .start()) {
            // Given
            nats.stop();
            String lost = post(gateway, "lost", 0, 1).get(0);
            Conditions.await(
                    PATIENCE,
                    "attempts",
                    () -> event(gateway, lost).get("attempts").intValue() > 4);
            // When
            nats.restart();
            AtomicInteger asked = new AtomicInteger();
            try (Connection odd = Nats.connect(nats.url())) {
                answerOddly(odd, asked);
                // Then
                Conditions.await(
                        PATIENCE,
                        "dead",
                        () -> event(gateway, lost).get("state").textValue().equals("dead"));
                assertThat(asked).hasValue(4);
            }
        }
    }

    /** Like a stream of a newer server. */
    private static void answerOddly(Connection odd, AtomicInteger asked) throws Exception {
        odd.createDispatcher(message -> {
                    asked.incrementAndGet();
                    odd.publish(
                            message.getReplyTo(),
                            "{\"error\":{\"code\":400,\"err_code\":19999,\"description\":\"a new one\"}}"
                                    .getBytes(UTF_8));
                })
                .subscribe("events.lost");
        odd.flush(Duration.ofSeconds(5));
    }
}
