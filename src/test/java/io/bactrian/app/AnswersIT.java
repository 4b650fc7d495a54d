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
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Each answer of the table in docs/answers.md, on a real nats-server. */
@ExtendWith(NatsServerExtension.class)
class AnswersIT {

    @TempDir
    static Path directory;

    static NatsServer nats;
    static TestGateway gateway;
    static TestGateway outage;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.events.max-batch", "10")
                .set("bactrian.http.max-body", "64KiB")
                .set("bactrian.journal.max-in-flight", "96KiB")
                .webhook("secure", "verify", "token", "secret", "s3cret")
                .webhook("open", "verify", "none")
                .webhook("insists", "verify", "none", "successStatus", "200", "successBody", "[accepted]")
                .webhook("processed", "verify", "none", "ack", "processed")
                .webhook("forwarded", "verify", "none", "ack", "processed-only")
                .webhook("nowhere", "verify", "none", "ack", "processed-only", "subject", "nowhere.{name}")
                .start();
        outage = TestGateway.with(directory.resolve("outage"))
                .webhook("forwarded", "verify", "none", "ack", "processed-only")
                .webhook("processed", "verify", "none", "ack", "processed", "ackTimeout", "300ms")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        outage.close();
        nats.close();
    }

    private static HttpRequest.Builder post(TestGateway to, String webhook, String body) {
        return to.request("/hooks/" + webhook)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static void awaitState(TestGateway at, String location, String state) {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(json(at.get(location)).get("state").asText()).isEqualTo(state));
    }

    @Test
    void answer_202_says_accepted_and_where_to_ask() {
        // When
        HttpResponse<String> response = outage.send(outage.event("a-202", "{\"n\":1}"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        String location = response.headers().firstValue("Location").orElseThrow();
        JsonNode body = json(response);
        assertThat(body.get("state").asText()).isEqualTo("accepted");
        assertThat(body.get("webhook").asText()).isEqualTo("cloudevents");
        assertThat(body.get("source").asText()).isEqualTo("/test");
        assertThat(body.get("eventId").asText()).isEqualTo("a-202");
        assertThat(body.get("type").asText()).isEqualTo("com.example.tested");
        assertThat(body.get("subject").isNull()).isTrue();
        assertThat(body.get("acceptedAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(body.get("duplicate").asBoolean()).isFalse();
        assertThat(body.get("published").isNull()).isTrue();
        assertThat(body.get("links").get("self").asText()).isEqualTo(location);
        assertThat(location).isEqualTo("/events/" + body.get("id").asText());
    }

    @Test
    void answer_201_after_prefer_wait_has_the_pub_ack() {
        // When
        HttpResponse<String> response =
                gateway.send(gateway.event("a-201-wait", "{\"n\":1}").header("Prefer", "wait=5"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=5");
        assertThat(response.headers().firstValue("Location")).isPresent();
        JsonNode published = json(response).get("published");
        assertThat(published.get("stream").asText()).isEqualTo("EVENTS");
        assertThat(published.get("sequence").asLong()).isPositive();
        assertThat(published.get("duplicate").asBoolean()).isFalse();
    }

    @Test
    void answer_201_of_a_webhook_with_ack_processed() {
        // When
        HttpResponse<String> response = gateway.send(post(gateway, "processed", "{}"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(json(response).get("state").asText()).isEqualTo("processed");
    }

    @Test
    void answer_202_when_the_wait_was_too_short() {
        // When
        HttpResponse<String> byPreference =
                outage.send(outage.event("a-202-wait", "{}").header("Prefer", "wait=1"));
        HttpResponse<String> byWebhook = outage.send(post(outage, "processed", "{}"));

        // Then
        assertThat(byPreference.statusCode()).isEqualTo(202);
        assertThat(byPreference.headers().firstValue("Preference-Applied")).contains("wait=1");
        assertThat(byWebhook.statusCode()).isEqualTo(202);
    }

    @Test
    void answer_200_for_a_duplicate_of_a_processed_event() {
        // Given
        HttpResponse<String> first = gateway.send(gateway.event("a-200", "{}").header("Prefer", "wait=5"));

        // When
        HttpResponse<String> second = gateway.send(gateway.event("a-200", "{}"));

        // Then
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.headers().firstValue("Bactrian-Duplicate")).contains("true");
        assertThat(second.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(json(second).get("duplicate").asBoolean()).isTrue();
        assertThat(json(second).get("published").get("sequence"))
                .isEqualTo(json(first).get("published").get("sequence"));
    }

    @Test
    void answer_202_for_a_duplicate_of_a_pending_event() {
        // Given
        outage.send(outage.event("a-202-dup", "{}"));

        // When
        HttpResponse<String> second = outage.send(outage.event("a-202-dup", "{}"));

        // Then
        assertThat(second.statusCode()).as(second.body()).isEqualTo(202);
        assertThat(second.headers().firstValue("Bactrian-Duplicate")).contains("true");
        assertThat(json(second).get("duplicate").asBoolean()).isTrue();
        assertThat(json(second).get("state").asText()).isEqualTo("accepted");
    }

    @Test
    void a_hundred_concurrent_duplicates_make_one_message() {
        // When
        var responses = IntStream.range(0, 100)
                .mapToObj(i -> gateway.sendAsync(gateway.event("storm", "{}")))
                .toList();
        var statuses = responses.stream().map(f -> f.join().statusCode()).toList();
        gateway.send(gateway.event("storm", "{}").header("Prefer", "wait=5"));

        // Then
        assertThat(statuses).isSubsetOf(200, 202);
        assertThat(nats.messages("EVENTS").stream()
                        .filter(m -> "storm".equals(m.header("ce-id")))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void answer_204_for_an_empty_batch() {
        // When
        HttpResponse<String> response = gateway.send(gateway.structured("application/cloudevents-batch+json", "[]"));

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void a_batch_is_answered_in_order_and_published_one_by_one() {
        // Given
        String batch = IntStream.range(0, 5)
                .mapToObj(i -> "{\"specversion\":\"1.0\",\"id\":\"b-" + i
                        + "\",\"source\":\"/batch\",\"type\":\"t\",\"data\":{\"i\":" + i + "}}")
                .collect(Collectors.joining(",", "[", "]"));

        // When
        HttpResponse<String> response = gateway.send(
                gateway.structured("application/cloudevents-batch+json", batch).header("Prefer", "wait=5"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(json(response).get("items").findValuesAsText("eventId"))
                .containsExactly("b-0", "b-1", "b-2", "b-3", "b-4");
        assertThat(nats.messages("EVENTS").stream()
                        .filter(m -> "/batch".equals(m.header("ce-source")))
                        .map(m -> m.header("ce-id")))
                .containsExactly("b-0", "b-1", "b-2", "b-3", "b-4");
    }

    @Test
    void a_batch_says_that_it_is_a_duplicate_when_all_of_it_is() {
        // Given
        String one = "{\"specversion\":\"1.0\",\"id\":\"bd-1\",\"source\":\"/batch\",\"type\":\"t\"}";
        String two = one.replace("bd-1", "bd-2");
        String type = "application/cloudevents-batch+json";
        HttpResponse<String> first =
                gateway.send(gateway.structured(type, "[" + one + "]").header("Prefer", "wait=5"));

        // When
        HttpResponse<String> again = gateway.send(gateway.structured(type, "[" + one + "]"));
        HttpResponse<String> mixed = gateway.send(gateway.structured(type, "[" + one + "," + two + "]"));

        // Then
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Bactrian-Duplicate")).isEmpty();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("Bactrian-Duplicate")).contains("true");
        assertThat(mixed.headers().firstValue("Bactrian-Duplicate")).isEmpty();
    }

    @Test
    void a_batch_with_one_invalid_element_is_refused_whole() {
        // When
        HttpResponse<String> response = gateway.send(gateway.structured("application/cloudevents-batch+json", """
                [{"specversion":"1.0","id":"whole-1","source":"/w","type":"t"},
                 {"specversion":"1.0","id":"","source":"/w","type":"t"}]"""));

        // Then
        assertProblem(response, 400, "invalid-cloudevent");
        assertThat(json(response).get("errors").get(0).get("pointer").asText()).isEqualTo("/1/id");
        assertThat(nats.messages("EVENTS")).noneMatch(m -> "whole-1".equals(m.header("ce-id")));
    }

    @Test
    void answer_400_names_each_missing_attribute() {
        // When
        HttpResponse<String> response = gateway.send(gateway.request("/events")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        // Then
        assertProblem(response, 400, "invalid-cloudevent");
        assertThat(json(response).get("errors").findValuesAsText("header"))
                .contains("ce-specversion", "ce-id", "ce-source", "ce-type");
        assertThat(json(response).get("retryable").asBoolean()).isFalse();
    }

    @Test
    void answer_400_for_malformed_json() {
        assertProblem(
                gateway.send(gateway.structured("application/cloudevents+json", "{\"id\":")),
                400,
                "invalid-cloudevent");
    }

    @Test
    void answer_400_is_a_whole_sentence_also_when_one_rule_is_broken() {
        // When
        HttpResponse<String> response = gateway.send(gateway.structured(
                "application/cloudevents+json", "{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"t\"}"));

        // Then
        JsonNode problem = assertProblem(response, 400, "invalid-cloudevent");
        assertThat(problem.get("detail").asText()).isEqualTo("The attribute id is required.");
        assertThat(problem.at("/errors/0/detail").asText()).isEqualTo("is required");
    }

    @Test
    void answer_401_without_the_credential_and_with_a_wrong_one() {
        // When
        HttpResponse<String> missing = gateway.send(post(gateway, "secure", "{}"));
        HttpResponse<String> wrong =
                gateway.send(post(gateway, "secure", "{}").header("Authorization", "Bearer n0t-it"));
        HttpResponse<String> right =
                gateway.send(post(gateway, "secure", "{}").header("Authorization", "Bearer s3cret"));

        // Then
        assertProblem(missing, 401, "unauthorized");
        assertProblem(wrong, 401, "unauthorized");
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(wrong.body()).doesNotContain("s3cret").doesNotContain("n0t-it");
        assertThat(right.statusCode()).isEqualTo(202);
    }

    @Test
    void answer_404_for_an_unknown_webhook_and_for_anything_else() {
        assertProblem(gateway.send(post(gateway, "unknown", "{}")), 404, "unknown-webhook");
        assertProblem(gateway.get("/somewhere"), 404, "not-found");
        assertProblem(gateway.get("/events/AAAAAAAAAAAAAAAAAAAAAA"), 404, "event-not-found");
        assertProblem(gateway.get("/events/short"), 404, "event-not-found");
    }

    @Test
    void answer_503_for_a_webhook_whose_route_is_stopped_and_404_once_it_is_removed() throws Exception {
        try (TestGateway other = TestGateway.with(directory.resolve("other"))
                .webhook("stopped", "verify", "none")
                .start()) {
            var context = other.gateway().context();
            // When
            context.getRouteController().stopRoute("stopped");
            // Then
            HttpResponse<String> answer = other.send(post(other, "stopped", "{}"));
            assertProblem(answer, 503, "stopping");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(other.metric("bactrian_requests_total{status=\"503\",webhook=\"stopped\"}"))
                    .isEqualTo(1);

            // When
            context.getRouteController().startRoute("stopped");
            // Then
            assertThat(other.send(post(other, "stopped", "{}")).statusCode()).isEqualTo(202);

            // When
            context.getRouteController().stopRoute("stopped");
            context.removeRoute("stopped");
            // Then
            assertProblem(other.send(post(other, "stopped", "{}")), 404, "unknown-webhook");
        }
    }

    @Test
    void answer_405_says_what_is_allowed() {
        // When
        HttpResponse<String> response =
                gateway.send(gateway.request("/hooks/open").PUT(HttpRequest.BodyPublishers.ofString("{}")));

        // Then
        assertProblem(response, 405, "method-not-allowed");
        assertThat(response.headers().firstValue("Allow")).contains("OPTIONS, POST");
    }

    @Test
    void answer_413_for_a_declared_length_a_chunked_body_and_a_large_batch() {
        // Given
        String large = "\"" + "x".repeat(65 * 1024) + "\"";
        String batch = IntStream.range(0, 11)
                .mapToObj(i -> "{\"specversion\":\"1.0\",\"id\":\"" + i + "\",\"source\":\"/s\",\"type\":\"t\"}")
                .collect(Collectors.joining(",", "[", "]"));

        // When
        HttpResponse<String> declared = gateway.send(gateway.event("large-1", large));
        HttpResponse<String> chunked = gateway.send(gateway.event("large-2", "")
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(
                        large.substring(0, 60_000).getBytes(UTF_8),
                        large.substring(60_000).getBytes(UTF_8)))));
        HttpResponse<String> elements = gateway.send(gateway.structured("application/cloudevents-batch+json", batch));

        // Then
        assertProblem(declared, 413, "payload-too-large");
        assertProblem(chunked, 413, "payload-too-large");
        assertProblem(elements, 413, "payload-too-large");
    }

    @Test
    void answer_413_for_a_batch_that_is_more_than_the_journal_takes_at_once() {
        // Given: half of 96 KiB
        String batch = IntStream.range(0, 10)
                .mapToObj(i -> "{\"specversion\":\"1.0\",\"id\":\"huge-" + i
                        + "\",\"source\":\"/s\",\"type\":\"t\",\"data\":\"" + "x".repeat(6_000) + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        // When
        HttpResponse<String> response = gateway.send(gateway.structured("application/cloudevents-batch+json", batch));
        // Then
        assertProblem(response, 413, "payload-too-large");
    }

    @Test
    void answer_415_for_a_foreign_event_format_and_a_content_encoding() {
        // When
        HttpResponse<String> format = gateway.send(gateway.structured("application/cloudevents+avro", "x"));
        HttpResponse<String> encoding = gateway.send(gateway.event("br", "{}").header("Content-Encoding", "br"));

        // Then
        assertProblem(format, 415, "unsupported-media-type");
        assertThat(format.headers().firstValue("Accept-Post").orElse("")).contains("application/cloudevents+json");
        assertProblem(encoding, 415, "unsupported-media-type");
        assertThat(encoding.headers().firstValue("Accept-Encoding")).isPresent();
    }

    @Test
    void processed_only_answers_201_without_location_and_keeps_nothing() {
        // When
        HttpResponse<String> response = gateway.send(post(gateway, "forwarded", "{\"a\":1}"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(json(response).get("id").isNull()).isTrue();
        assertThat(json(response).get("published").get("stream").asText()).isEqualTo("EVENTS");
    }

    @Test
    void answer_502_when_nats_will_never_take_the_event() {
        // Given
        try (NatsServer small = NatsServer.start();
                TestGateway toSmall = TestGateway.with(directory.resolve("small"))
                        .nats(small)
                        .webhook("forwarded", "verify", "none", "ack", "processed-only")
                        .start()) {
            small.createStream("EVENTS", "events.>");
            Awaitility.await().untilAsserted(() -> assertThat(
                            toSmall.send(post(toSmall, "forwarded", "{}")).statusCode())
                    .isEqualTo(201));
            // a limit that came after the gateway looked: it cannot know, so it is not 413
            small.updateStream(StreamConfiguration.builder()
                    .name("EVENTS")
                    .subjects("events.>")
                    .maximumMessageSize(2_048)
                    .build());

            // When
            HttpResponse<String> response = toSmall.send(post(toSmall, "forwarded", "\"" + "x".repeat(4096) + "\""));

            // Then
            assertProblem(response, 502, "nats-refused");
        }
    }

    @Test
    void answer_503_of_processed_only_when_nats_is_away_or_nobody_stores_the_subject() {
        // When
        HttpResponse<String> away = outage.send(post(outage, "forwarded", "{}"));
        HttpResponse<String> nowhere = gateway.send(post(gateway, "nowhere", "{}"));

        // Then
        assertProblem(away, 503, "nats-unavailable");
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
        assertThat(assertProblem(nowhere, 503, "nats-unavailable").get("title").asText())
                .as("it was reached")
                .isEqualTo("NATS does not take the event now");
    }

    @Test
    void the_status_resource_follows_an_event_and_waits_when_asked() {
        // Given
        String location = gateway.send(gateway.event("s-1", "{}"))
                .headers()
                .firstValue("Location")
                .orElseThrow();

        // When
        HttpResponse<String> status =
                gateway.send(gateway.request(location).GET().header("Prefer", "wait=5"));

        // Then
        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(json(status).get("state").asText()).isEqualTo("processed");
        String etag = status.headers().firstValue("ETag").orElseThrow();
        assertThat(gateway.send(gateway.request(location).GET().header("If-None-Match", etag))
                        .statusCode())
                .isEqualTo(304);
        awaitState(gateway, location, "processed");
    }

    @Test
    void respond_async_does_not_wait_for_nats() {
        // When
        HttpResponse<String> response = outage.send(post(outage, "processed", "{}")
                .header("Prefer", "respond-async")
                .timeout(java.time.Duration.ofSeconds(20)));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("respond-async");
        assertThat(response.headers().firstValue("Vary")).contains("Prefer");
    }

    @Test
    void the_status_resource_answers_head_and_every_form_of_if_none_match() {
        // Given
        String location = gateway.send(gateway.event("s-2", "{}").header("Prefer", "wait=5"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        HttpResponse<String> get = gateway.get(location);
        String etag = get.headers().firstValue("ETag").orElseThrow();

        // When
        HttpResponse<String> head =
                gateway.send(gateway.request(location).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("ETag")).contains(etag);
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(get.headers().firstValue("Content-Length"));
        for (String matching : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
            HttpResponse<String> unchanged =
                    gateway.send(gateway.request(location).GET().header("If-None-Match", matching));
            assertThat(unchanged.statusCode()).as(matching).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(unchanged.headers().firstValue("ETag")).contains(etag);
        }
        assertThat(gateway.send(gateway.request(location).GET().header("If-None-Match", "\"x\""))
                        .statusCode())
                .isEqualTo(200);
        assertProblem(gateway.send(gateway.request(location).DELETE()), 405, "method-not-allowed");
    }

    @Test
    void the_status_resource_says_when_to_ask_again_while_accepted() {
        // Given
        String location = outage.send(outage.event("s-3", "{}"))
                .headers()
                .firstValue("Location")
                .orElseThrow();

        // When
        HttpResponse<String> status = outage.send(outage.request(location).header("Prefer", "wait=1"));

        // Then
        assertThat(json(status).get("state").asText()).isEqualTo("accepted");
        assertThat(status.headers().firstValue("Retry-After")).contains("1");
        assertThat(status.headers().firstValue("Preference-Applied")).contains("wait=1");
        assertThat(status.headers().firstValue("Vary")).contains("Prefer");
        assertThat(status.headers().firstValue("Cache-Control")).contains("private, no-cache");
    }

    @Test
    void the_success_code_and_body_of_a_webhook_are_replaced() {
        // When
        HttpResponse<String> response = gateway.send(post(gateway, "insists", "{}"));
        HttpResponse<String> refused = gateway.send(post(gateway, "insists", "x".repeat(70_000)));

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("[accepted]");
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(response.headers().firstValue("Location")).isPresent();
        assertProblem(refused, 413, "payload-too-large");
    }

    @Test
    void a_message_has_the_data_untouched_and_the_attributes_as_headers() {
        // Given
        String body = "{ \"n\" : 1.0000000000000000001, \"t\":\"\\u00e9\" }";

        // When
        gateway.send(gateway.event("m-1", body).header("ce-subject", "Zo%C3%AB").header("Prefer", "wait=5"));

        // Then
        StoredMessage message = nats.message("EVENTS", "m-1");
        assertThat(new String(message.data(), UTF_8)).isEqualTo(body);
        assertThat(message.subject()).isEqualTo("events.cloudevents");
        assertThat(message.header("ce-subject")).isEqualTo("Zo%C3%AB");
        assertThat(message.header("ce-datacontenttype")).isEqualTo("application/json");
        assertThat(message.header("Nats-Msg-Id")).hasSize(43);
        assertThat(message.header("Content-Type")).isNull();
    }
}
