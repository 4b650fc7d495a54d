package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Batches under {@code Prefer: handling=lenient}: one result for each element. */
@ExtendWith(NatsServerExtension.class)
class LenientBatchIT {

    @TempDir
    static Path directory;

    static NatsServer nats;
    static TestGateway gateway;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStreamUpTo(4_000, "EVENTS", "events.>");
        gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.events.max-batch", "10")
                .set("bactrian.events.allowed-sources", "/b/* /c")
                .start();
        Awaitility.await().untilAsserted(() -> assertThat(
                        gateway.send(batch(event("warm", "/b/1", "{}")).header("Prefer", "wait=5"))
                                .statusCode())
                .isIn(200, 201));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    private static String event(String id, String source, String data) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"" + source + "\",\"type\":\"t\",\"data\":"
                + data + "}";
    }

    private static HttpRequest.Builder batch(String... events) {
        return gateway.structured("application/cloudevents-batch+json", "[" + String.join(",", events) + "]");
    }

    private static List<String> stored() {
        return nats.messages("EVENTS").stream().map(m -> m.header("ce-id")).toList();
    }

    @Test
    void answer_207_has_one_result_for_each_element_in_order() {
        // Given
        gateway.send(batch(event("l-known", "/b/1", "{}")).header("Prefer", "wait=5"));
        double before =
                gateway.metric("bactrian_events_rejected_total{reason=\"invalid-cloudevent\",webhook=\"cloudevents\"}");

        // When
        HttpResponse<String> response = gateway.send(batch(
                        event("l-1", "/b/1", "{\"n\":1}"),
                        event("", "/b/1", "{}"),
                        event("l-known", "/b/1", "{}"),
                        event("l-large", "/b/1", "\"" + "x".repeat(5_000) + "\""),
                        event("l-foreign", "/x", "{}"),
                        event("l-1", "/b/1", "{\"n\":1}"),
                        "7")
                .header("Prefer", "handling=lenient, wait=5"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(207);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=5, handling=lenient");
        assertThat(response.headers().firstValue("Vary")).contains("Prefer");
        assertThat(response.headers().firstValue("Location")).isEmpty();
        JsonNode items = json(response).get("items");
        assertThat(items.findValuesAsText("eventId")).containsExactly("l-1", "l-known", "l-1");
        assertThat(items).hasSize(7);
        assertThat(items.get(0).get("status").asInt()).isEqualTo(201);
        assertThat(items.get(0).get("state").asText()).isEqualTo("processed");
        assertThat(items.get(0).get("links").get("self").asText()).startsWith("/events/");
        assertThat(items.get(1).get("status").asInt()).isEqualTo(400);
        assertProblem(items.get(1).get("problem"), 400, "invalid-cloudevent");
        assertThat(items.get(1)
                        .get("problem")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/1/id");
        assertThat(items.get(2).get("status").asInt()).isEqualTo(200);
        assertThat(items.get(2).get("duplicate").asBoolean()).isTrue();
        assertProblem(items.get(3).get("problem"), 413, "payload-too-large");
        assertProblem(items.get(4).get("problem"), 403, "forbidden");
        assertThat(items.get(4)
                        .get("problem")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/4/source");
        assertThat(items.get(5).get("duplicate").asBoolean()).isTrue();
        assertProblem(items.get(6).get("problem"), 400, "invalid-cloudevent");
        assertThat(stored()).containsOnlyOnce("l-1").doesNotContain("l-large", "l-foreign");
        assertThat(gateway.metric(
                        "bactrian_events_rejected_total{reason=\"invalid-cloudevent\",webhook=\"cloudevents\"}"))
                .isEqualTo(before + 2);
    }

    @Test
    void answer_207_too_when_every_element_is_refused() {
        // When
        HttpResponse<String> response =
                gateway.send(batch("{}", event("l-none", "/x", "{}")).header("Prefer", "handling=lenient"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(207);
        assertThat(json(response).get("items").findValuesAsText("status")).contains("400", "403");
    }

    @Test
    void a_lenient_batch_without_a_refused_element_answers_like_an_atomic_one() {
        // When
        HttpResponse<String> response =
                gateway.send(batch(event("l-2", "/c", "{}")).header("Prefer", "handling=lenient, wait=5"));
        HttpResponse<String> empty = gateway.send(batch().header("Prefer", "handling=lenient"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=5, handling=lenient");
        assertThat(json(response).get("items").get(0).has("status")).isFalse();
        assertThat(empty.statusCode()).isEqualTo(204);
    }

    @Test
    void what_is_no_batch_at_all_and_a_batch_that_is_too_long_are_refused_whole() {
        // When
        HttpResponse<String> broken = gateway.send(
                gateway.structured("application/cloudevents-batch+json", "[{").header("Prefer", "handling=lenient"));
        String[] eleven = new String[11];
        java.util.Arrays.setAll(eleven, i -> event("l-long-" + i, "/c", "{}"));
        HttpResponse<String> tooLong = gateway.send(batch(eleven).header("Prefer", "handling=lenient"));

        // Then
        assertProblem(broken, 400, "invalid-cloudevent");
        assertProblem(tooLong, 413, "payload-too-large");
    }

    @Test
    void answer_403_for_a_source_that_the_sender_may_not_speak_for() {
        // When
        HttpResponse<String> single = gateway.send(gateway.event("a-403", "{}"));
        HttpResponse<String> atomic = gateway.send(batch(event("l-3", "/c", "{}"), event("l-4", "/x", "{}")));

        // Then
        JsonNode problem = assertProblem(single, 403, "forbidden");
        assertThat(problem.get("errors").get(0).get("pointer").asText()).isEqualTo("/source");
        assertProblem(atomic, 403, "forbidden");
        assertThat(stored()).doesNotContain("a-403", "l-3", "l-4");
    }
}
