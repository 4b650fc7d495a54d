package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** A duplicate is never an error, whatever became of its original; only the sender's own key can be used wrongly. */
@ExtendWith(NatsServerExtension.class)
class DuplicatesIT {

    @TempDir
    Path directory;

    private Path journal;

    @BeforeEach
    void journal() {
        journal = directory.resolve("journal");
    }

    private TestGateway.Builder gateway() {
        return TestGateway.with(journal)
                .webhook("shop", "verify", "none")
                .webhook("github", "verify", "none", "id", "header:X-Delivery");
    }

    private static HttpRequest.Builder post(TestGateway to, String key, String body) {
        return to.request("/hooks/shop")
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static void assertDuplicate(HttpResponse<String> response, int status, String state) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Bactrian-Duplicate")).contains("true");
        assertThat(response.headers().firstValue("Location")).isPresent();
        JsonNode body = json(response);
        assertThat(body.get("duplicate").asBoolean()).isTrue();
        assertThat(body.get("state").asText()).isEqualTo(state);
    }

    private static Journal journalOf(TestGateway gateway) {
        return JournalService.of(gateway.gateway().context()).journal();
    }

    @Test
    void a_duplicate_of_a_discarded_event_is_answered_202_with_that_state() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            HttpResponse<String> first = gateway.send(gateway.event("d-1", "{}"));
            journalOf(gateway)
                    .discard(Key.of("/test", "d-1"), "by hand", Runnable::run)
                    .join();

            // When
            HttpResponse<String> second = gateway.send(gateway.event("d-1", "{}"));

            // Then
            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(first.headers().firstValue("Retry-After")).contains("1");
            assertDuplicate(second, 202, "discarded");
        }
    }

    @Test
    void duplicates_in_flight_share_the_fate_of_their_original() {
        try (TestGateway gateway = gateway().start()) {
            // When
            List<HttpResponse<String>> answers =
                    IntStream.range(0, 50)
                            .mapToObj(i -> gateway.sendAsync(gateway.event("d-2", "{}")))
                            .toList()
                            .stream()
                            .map(java.util.concurrent.CompletableFuture::join)
                            .toList();

            // Then
            assertThat(answers).allMatch(answer -> answer.statusCode() == 202);
            assertThat(answers.stream()
                            .filter(answer -> !json(answer).get("duplicate").asBoolean()))
                    .hasSize(1);
            assertThat(answers.stream()
                            .map(answer ->
                                    answer.headers().firstValue("Location").orElseThrow())
                            .distinct())
                    .hasSize(1);
            assertThat(gateway.metric("bactrian_journal_pending")).isEqualTo(1);
            assertThat(gateway.metric("bactrian_events_duplicate_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(49);
        }
    }

    @Test
    void a_repeat_inside_a_batch_is_a_duplicate() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            String event = "{\"specversion\":\"1.0\",\"id\":\"d-3\",\"source\":\"/b\",\"type\":\"t\"}";

            // When
            HttpResponse<String> response = gateway.send(
                    gateway.structured("application/cloudevents-batch+json", "[" + event + "," + event + "]"));

            // Then
            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            JsonNode items = json(response).get("items");
            assertThat(items.get(0).get("duplicate").asBoolean()).isFalse();
            assertThat(items.get(1).get("duplicate").asBoolean()).isTrue();
            assertThat(gateway.metric("bactrian_journal_pending")).isEqualTo(1);
        }
    }

    @Test
    void the_same_id_with_another_body_is_a_duplicate_and_counted() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            gateway.send(gateway.event("d-4", "{\"a\":1}"));

            // When
            HttpResponse<String> other = gateway.send(gateway.event("d-4", "{\"a\":2}"));
            HttpResponse<String> ownKey =
                    gateway.send(gateway.event("d-4", "{\"a\":3}").header("Idempotency-Key", "k"));

            // Then: on /events identity is source and id alone
            assertDuplicate(other, 202, "accepted");
            assertDuplicate(ownKey, 202, "accepted");
            assertThat(gateway.metric("bactrian_events_duplicate_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void answer_422_for_an_idempotency_key_that_comes_again_with_another_body() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            HttpResponse<String> first = gateway.send(post(gateway, "k-1", "{\"a\":1}"));

            // When
            HttpResponse<String> repeat = gateway.send(post(gateway, "\"k-1\"", "{\"a\":1}"));
            HttpResponse<String> other = gateway.send(post(gateway, "k-1", "{\"a\":2}"));
            HttpResponse<String> another = gateway.send(post(gateway, "k-2", "{\"a\":2}"));

            // Then
            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(json(first).get("eventId").asText()).isEqualTo("k-1");
            assertDuplicate(repeat, 202, "accepted");
            JsonNode problem = assertProblem(other, 422, "idempotency-key-reused");
            assertThat(problem.get("retryable").asBoolean()).isFalse();
            assertThat(another.statusCode()).isEqualTo(202);
            assertThat(gateway.metric(
                            "bactrian_events_rejected_total{reason=\"idempotency-key-reused\",webhook=\"shop\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_journal_pending")).isEqualTo(2);
        }
    }

    @Test
    void an_id_from_a_better_place_is_not_the_senders_own_key() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            gateway.send(github(gateway, "{\"a\":1}"));

            // When
            HttpResponse<String> other = gateway.send(github(gateway, "{\"a\":2}"));

            // Then
            assertDuplicate(other, 202, "accepted");
        }
    }

    private static HttpRequest.Builder github(TestGateway to, String body) {
        return to.request("/hooks/github")
                .header("X-Delivery", "g-1")
                .header("Idempotency-Key", "k-1")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void a_duplicate_with_other_content_is_counted_and_said_without_its_content() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.bactrian.camel.intake.AlteredDuplicates");
        logger.addAppender(log);
        try (TestGateway gateway = gateway().start()) {
            // Given
            String counter = "bactrian_duplicates_altered_total{webhook=\"github\"}";
            gateway.send(github(gateway, "{\"a\":1}"));
            gateway.send(github(gateway, "{\"a\":1}"));
            assertThat(gateway.metric(counter)).isZero();

            // When
            gateway.send(github(gateway, "{\"a\":2}"));
            gateway.send(github(gateway, "{\"a\":3}"));

            // Then
            Awaitility.await()
                    .untilAsserted(() -> assertThat(gateway.metric(counter)).isEqualTo(2));
            assertThat(List.copyOf(log.list)).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                    .contains("webhook=github source=/hooks/github id=g-1")
                    .doesNotContain("{"));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void an_altered_element_of_a_batch_is_counted() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            String event = "{\"specversion\":\"1.0\",\"id\":\"d-9\",\"source\":\"/b\",\"type\":\"%s\"}";

            // When
            gateway.send(gateway.structured(
                    "application/cloudevents-batch+json",
                    "[" + String.format(event, "t") + "," + String.format(event, "u") + "]"));

            // Then
            Awaitility.await().untilAsserted(() -> assertThat(
                            gateway.metric("bactrian_duplicates_altered_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(1));
        }
    }

    @Test
    void a_key_is_compared_with_the_first_body_after_that_is_no_longer_kept_and_after_a_restart() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway =
                    gateway().nats(nats).set("bactrian.journal.hold", "10ms").start()) {
                // Given
                String id = json(gateway.send(post(gateway, "k-3", "{\"a\":1}").header("Prefer", "wait=5")))
                        .get("id")
                        .asText();
                String large = "\"" + "x".repeat(400_000) + "\"";
                Awaitility.await().untilAsserted(() -> {
                    gateway.send(gateway.event("f-" + System.nanoTime(), large).header("Prefer", "wait=5"));
                    assertThat(json(gateway.management("/api/events/" + id))
                                    .get("payloadKept")
                                    .asBoolean())
                            .isFalse();
                });
            }
            try (TestGateway again = gateway().nats(nats).start()) {
                // When
                HttpResponse<String> repeat = again.send(post(again, "k-3", "{\"a\":1}"));
                HttpResponse<String> other = again.send(post(again, "k-3", "{\"a\":2}"));

                // Then
                assertDuplicate(repeat, 200, "processed");
                assertProblem(other, 422, "idempotency-key-reused");
            }
        }
    }
}
