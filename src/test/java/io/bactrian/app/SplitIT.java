package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** A webhook with {@code split}: each element of an array is an event, all of them or none. */
@ExtendWith(NatsServerExtension.class)
class SplitIT {

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
                .webhook("list", "verify", "none", "split", "true")
                .webhook("one", "verify", "none", "split", "false")
                .webhook(
                        "graph",
                        "verify",
                        "none",
                        "split",
                        "pointer:/value",
                        "id",
                        "pointer:/id",
                        "type",
                        "pointer:/changeType",
                        "eventSubject",
                        "simple:${body}",
                        "keepHeaders",
                        "X-Tenant")
                .webhook(
                        "replaced",
                        "verify",
                        "none",
                        "split",
                        "true",
                        "ack",
                        "processed-only",
                        "successStatus",
                        "200",
                        "successBody",
                        "thanks")
                .webhook("sources", "verify", "none", "split", "pointer:/a~1b/1", "source", "pointer:/s")
                .start();
        gateway.awaitConnected();
        // the limits of the stream are known from the first answer on
        Awaitility.await().untilAsserted(() -> assertThat(
                        gateway.send(post("list", "[\"warm\"]", "warm").header("Prefer", "wait=5"))
                                .statusCode())
                .isIn(200, 201));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    private static HttpRequest.Builder post(String webhook, String body) {
        return gateway.request("/hooks/" + webhook)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder post(String webhook, String body, String delivery) {
        return post(webhook, body).header("Idempotency-Key", delivery);
    }

    private static List<StoredMessage> stored(String webhook) {
        return nats.messages("EVENTS", "events." + webhook);
    }

    @Test
    void each_element_becomes_an_event_with_its_own_bytes() {
        // When
        HttpResponse<String> response = gateway.send(
                post("list", " [ {\"a\" : 1.0,\"ü\":\"\\u00fc\"},\n[1, 2 ],\"x\\\"y\", 1e2 ,null,true,{}] ", "d-1")
                        .header("Prefer", "wait=5, handling=lenient"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(response.headers().firstValue("Preference-Applied"))
                .as("an array is accepted whole or not at all")
                .contains("wait=5");
        List<String> ids = json(response).get("items").findValuesAsText("eventId");
        assertThat(ids).containsExactly("d-1-0", "d-1-1", "d-1-2", "d-1-3", "d-1-4", "d-1-5", "d-1-6");
        List<StoredMessage> stored = stored("list").stream()
                .filter(message -> message.header("ce-id").startsWith("d-1-"))
                .toList();
        assertThat(stored.stream().map(StoredMessage::text))
                .containsExactly(
                        "{\"a\" : 1.0,\"ü\":\"\\u00fc\"}", "[1, 2 ]", "\"x\\\"y\"", "1e2", "null", "true", "{}");
        assertThat(stored.stream().map(message -> message.header("ce-datacontenttype")))
                .containsOnly("application/json");
        assertThat(stored.stream().map(message -> message.header("ce-source"))).containsOnly("/hooks/list");
    }

    @Test
    void a_repeated_delivery_makes_no_second_copy() {
        // Given
        gateway.send(post("list", "[1,2]", "r-1").header("Prefer", "wait=5"));

        // When
        HttpResponse<String> repeated = gateway.send(post("list", "[1,2]", "r-1"));

        // Then
        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(200);
        JsonNode items = json(repeated).get("items");
        assertThat(items).allMatch(item -> item.get("duplicate").asBoolean()).hasSize(2);
        assertThat(stored("list").stream().filter(m -> m.header("ce-id").startsWith("r-1-")))
                .hasSize(2);
    }

    @Test
    void a_key_of_the_sender_that_comes_again_with_other_elements_is_refused() {
        // Given
        gateway.send(post("list", "[1,2]", "k-1"));

        // Then
        assertProblem(gateway.send(post("list", "[1,3]", "k-1")), 422, "idempotency-key-reused");
    }

    @Test
    void attributes_are_looked_for_in_the_element() {
        // When
        HttpResponse<String> response = gateway.send(
                post("graph", """
                        {"value":[{"id":"g-1","changeType":"created"},{"id":"g-2"},{"changeType":"deleted"}],"more":[]}""", "key").header("X-Tenant", "acme").header("Prefer", "wait=5"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        List<StoredMessage> stored = stored("graph");
        assertThat(stored.stream().map(message -> message.header("ce-id"))).containsExactly("g-1", "g-2", "key-2");
        assertThat(stored.stream().map(message -> message.header("ce-type")))
                .containsExactly("created", "webhook.graph", "deleted");
        assertThat(json(response).get("items").findValuesAsText("subject"))
                .containsExactly(
                        "{\"id\":\"g-1\",\"changeType\":\"created\"}",
                        "{\"id\":\"g-2\"}",
                        "{\"changeType\":\"deleted\"}");
        assertThat(stored.stream().map(message -> message.header("Http-X-Tenant")))
                .containsOnly("acme");
    }

    @Test
    void with_ack_processed_only_each_element_is_published_and_the_answer_may_be_replaced() {
        // When
        HttpResponse<String> response = gateway.send(post("replaced", "[1,2,3]", "p-1"));
        HttpResponse<String> empty = gateway.send(post("replaced", "[]"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("thanks");
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEqualTo("thanks");
        assertThat(stored("replaced").stream().map(StoredMessage::text)).containsExactly("1", "2", "3");
    }

    @Test
    void answer_204_for_an_empty_array() {
        // When
        HttpResponse<String> response = gateway.send(post("list", " [ ] "));

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void without_split_an_array_is_one_event() {
        // When
        HttpResponse<String> response = gateway.send(post("one", "[1,2]", "o-1"));

        // Then
        assertThat(json(response).get("eventId").asText()).isEqualTo("o-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "list|{\"a\":[1]}|expected a JSON array",
                "list|5|expected a JSON array",
                "list|``|the document is empty",
                "list|[1,2|end-of-input",
                "list|[1,2] [3]|goes on behind",
                "list|[1,,2]|takes a JSON array",
                "graph|[1]|at /value: expected a JSON array",
                "graph|{}|at /value: expected a JSON array",
                "graph|{\"value\":null}|at /value: expected a JSON array",
                "graph|{\"value\":[1],\"value\":[2]}|given at most once",
                "graph|{\"value\":[1],\"more\":|takes a JSON array at /value",
                "sources|{\"a/b\":[[1]]}|at /a~1b/1: expected a JSON array"
            })
    void what_has_no_array_there_is_refused_and_told_what_was_expected(String webhook, String body, String expected) {
        // When
        HttpResponse<String> response = gateway.send(post(webhook, body));

        // Then
        JsonNode problem = assertProblem(response, 400, "invalid-request");
        assertThat(problem.get("detail").asText()).contains("takes a JSON array", expected);
        assertThat(problem.get("errors")).hasSize(1);
        assertThat(stored(webhook).stream().map(StoredMessage::text)).doesNotContain(body);
    }

    @Test
    void one_element_that_becomes_no_event_refuses_all_and_is_named() {
        // When
        HttpResponse<String> invalid =
                gateway.send(post("sources", "{\"a/b\":[[],[{\"s\":\"/good\"},{\"s\":\"not a uri\"}]]}", "atomic"));
        HttpResponse<String> large = gateway.send(post("list", "[1,\"" + "x".repeat(5_000) + "\"]", "atomic"));

        // Then
        JsonNode problem = assertProblem(invalid, 400, "invalid-cloudevent");
        assertThat(problem.get("errors").get(0).get("pointer").asText()).isEqualTo("/a~1b/1/1/source");
        assertThat(assertProblem(large, 413, "payload-too-large")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/1");
        assertThat(gateway.send(post("list", "[1]", "atomic")).statusCode())
                .as("nothing of it was kept")
                .isEqualTo(202);
        assertThat(stored("sources")).isEmpty();
    }

    @Test
    void answer_413_for_more_elements_than_a_batch_may_have() {
        // Given
        String eleven = IntStream.range(0, 11).mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));

        // Then
        assertThat(assertProblem(gateway.send(post("list", eleven)), 413, "payload-too-large")
                        .get("detail")
                        .asText())
                .contains("bactrian.events.max-batch");
    }
}
