package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.webhook.FilterStep;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Webhooks that do not want every event: what they drop is told to the sender, counted and shown, and nothing else is dropped. */
@ExtendWith(NatsServerExtension.class)
class FilterIT {

    private static final String FILTERED = "Bactrian-Filtered";

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
                .set("bactrian.http.rejected-kept", "3")
                .webhook("types", "verify", "none", "type", "header:X-Type", "onlyTypes", "push, pull_request.*")
                .webhook(
                        "simple",
                        "verify",
                        "none",
                        "type",
                        "header:X-Type",
                        "eventSubject",
                        "header:X-Subject",
                        "filter",
                        "simple:${body} contains 'keep' && ${header.X-Env} == 'prod'"
                                + " && ${header.CamelCloudEventType} != 'ping' && ${header.CamelCloudEventSubject} != 'no'")
                .webhook(
                        "failing",
                        "verify",
                        "none",
                        "filter",
                        "simple:${body} contains 'keep' && ${body.nothingLikeThat} == 'x'")
                .webhook("warm", "verify", "none")
                .webhook("noisy", "verify", "none", "onlyTypes", "none")
                .webhook(
                        "batch",
                        "verify",
                        "none",
                        "split",
                        "pointer:/list",
                        "type",
                        "pointer:/type",
                        "id",
                        "pointer:/id",
                        "onlyTypes",
                        "a b")
                .webhook(
                        "replaced",
                        "verify",
                        "none",
                        "onlyTypes",
                        "nothing",
                        "successStatus",
                        "202",
                        "successBody",
                        "<Response/>")
                .webhook(
                        "direct",
                        "verify",
                        "none",
                        "ack",
                        "processed-only",
                        "split",
                        "true",
                        "type",
                        "pointer:/type",
                        "onlyTypes",
                        "a")
                .start();
        gateway.awaitConnected();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    private static HttpResponse<String> post(String webhook, String body, String... headers) {
        HttpRequest.Builder request =
                gateway.request("/hooks/" + webhook).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return gateway.send(request);
    }

    private static double counted(String metric, String webhook) {
        return gateway.metric("bactrian_events_" + metric + "_total{webhook=\"" + webhook + "\"}");
    }

    private static void assertFiltered(HttpResponse<String> response, String eventId, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue(FILTERED)).contains("true");
        assertThat(response.headers().firstValue("Location")).isEmpty();
        JsonNode answer = json(response);
        assertThat(answer.get("state").asText()).isEqualTo("filtered");
        assertThat(answer.get("id").isNull()).isTrue();
        assertThat(answer.get("acceptedAt").isNull()).isTrue();
        assertThat(answer.get("eventId").asText()).isEqualTo(eventId);
        assertThat(answer.get("type").asText()).isEqualTo(type);
    }

    private static List<String> stored(String webhook) {
        return nats.messages("EVENTS", "events." + webhook).stream()
                .map(message -> message.header("ce-id"))
                .toList();
    }

    @Test
    void types_that_are_not_wanted_are_told_counted_and_shown_and_not_kept() {
        // When
        HttpResponse<String> wanted =
                post("types", "{}", "X-Type", "push", "Idempotency-Key", "t-1", "Prefer", "wait=5");
        HttpResponse<String> prefix =
                post("types", "{}", "X-Type", "pull_request.opened", "Idempotency-Key", "t-2", "Prefer", "wait=5");
        HttpResponse<String> other = post("types", "{}", "X-Type", "pushed", "Idempotency-Key", "t-3");
        HttpResponse<String> again = post("types", "{}", "X-Type", "pushed", "Idempotency-Key", "t-3");

        // Then
        assertThat(wanted.statusCode()).as(wanted.body()).isEqualTo(201);
        assertThat(wanted.headers().firstValue(FILTERED)).isEmpty();
        assertThat(prefix.statusCode()).isEqualTo(201);
        assertFiltered(other, "t-3", "pushed");
        assertFiltered(again, "t-3", "pushed");
        assertThat(stored("types")).containsExactly("t-1", "t-2");
        assertThat(json(gateway.management("/api/events?webhook=types")).get("items"))
                .hasSize(2);
        assertThat(counted("filtered", "types")).isEqualTo(2);
        assertThat(counted("accepted", "types")).isEqualTo(2);
        assertThat(counted("duplicate", "types")).isZero();
        JsonNode shown = json(gateway.management("/api/filtered?webhook=types")).get("items");
        assertThat(shown).hasSize(2);
        assertThat(shown.get(0).get("by").asText()).isEqualTo("onlyTypes");
        assertThat(shown.get(0).get("webhook").asText()).isEqualTo("types");
        assertThat(shown.get(0).get("eventId").asText()).isEqualTo("t-3");
        assertThat(shown.get(0).get("type").asText()).isEqualTo("pushed");
        assertThat(shown.get(0).get("source").asText()).isEqualTo("/hooks/types");
    }

    @Test
    void a_predicate_sees_data_headers_and_attributes() {
        // When
        HttpResponse<String> wanted = post("simple", "keep", "X-Env", "prod", "X-Type", "t", "X-Subject", "yes");
        HttpResponse<String> otherBody = post("simple", "not", "X-Env", "prod", "Idempotency-Key", "s-1");
        HttpResponse<String> otherHeader = post("simple", "keep", "Idempotency-Key", "s-2");
        HttpResponse<String> otherType =
                post("simple", "keep", "X-Env", "prod", "X-Type", "ping", "Idempotency-Key", "s-3");
        HttpResponse<String> otherSubject =
                post("simple", "keep", "X-Env", "prod", "X-Subject", "no", "Idempotency-Key", "s-4");

        // Then
        assertThat(wanted.statusCode()).as(wanted.body()).isEqualTo(202);
        assertFiltered(otherBody, "s-1", "webhook.simple");
        assertFiltered(otherHeader, "s-2", "webhook.simple");
        assertFiltered(otherType, "s-3", "ping");
        assertFiltered(otherSubject, "s-4", "webhook.simple");
        assertThat(json(gateway.management("/api/filtered?webhook=simple&limit=1"))
                        .get("items")
                        .get(0)
                        .get("by")
                        .asText())
                .isEqualTo("filter");
    }

    @Test
    void a_predicate_that_fails_drops_nothing() {
        // Given
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(FilterStep.class);
        logger.addAppender(log);

        // When
        HttpResponse<String> failed = post("failing", "keep", "Idempotency-Key", "f-1", "Prefer", "wait=5");
        HttpResponse<String> dropped = post("failing", "drop", "Idempotency-Key", "f-2");
        HttpResponse<String> failedAgain = post("failing", "keep", "Idempotency-Key", "f-3", "Prefer", "wait=5");
        logger.detachAppender(log);

        // Then
        assertThat(failed.statusCode()).as(failed.body()).isEqualTo(201);
        assertFiltered(dropped, "f-2", "webhook.failing");
        assertThat(failedAgain.statusCode()).isEqualTo(201);
        assertThat(stored("failing")).containsExactly("f-1", "f-3");
        assertThat(log.list).as("once a minute").hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage())
                .contains("webhook=failing", "nothingLikeThat", "reason=MethodNotFoundException");
    }

    @Test
    void in_a_batch_only_what_is_wanted_is_accepted_and_the_answer_keeps_the_order() {
        // When
        HttpResponse<String> some = post(
                "batch",
                "{\"list\":[{\"id\":\"1\"},{\"id\":\"2\",\"type\":\"a\"},{\"id\":\"3\"},{\"id\":\"4\",\"type\":\"b\"},{\"id\":\"5\"}]}",
                "Prefer",
                "wait=5");
        HttpResponse<String> none = post("batch", "{\"list\":[{\"id\":\"6\"},{\"id\":\"7\"}]}");

        // Then
        assertThat(some.statusCode()).as(some.body()).isEqualTo(201);
        assertThat(some.headers().firstValue(FILTERED)).isEmpty();
        JsonNode items = json(some).get("items");
        assertThat(items.findValuesAsText("eventId")).containsExactly("1", "2", "3", "4", "5");
        assertThat(items.findValuesAsText("state"))
                .containsExactly("filtered", "processed", "filtered", "processed", "filtered");
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(none.headers().firstValue(FILTERED)).contains("true");
        assertThat(json(none).get("items").findValuesAsText("state")).containsExactly("filtered", "filtered");
        assertThat(stored("batch")).containsExactly("2", "4");
        assertThat(counted("filtered", "batch")).isEqualTo(5);
    }

    @Test
    void a_refused_element_is_named_by_its_place_in_the_request() {
        // Given: the limits of the stream are known from the first answer on
        post("warm", "{}", "Prefer", "wait=5");

        // When
        HttpResponse<String> large = post(
                "batch",
                "{\"list\":[{\"id\":\"8\"},{\"id\":\"9\",\"type\":\"a\",\"x\":\"" + "x".repeat(5_000) + "\"}]}");

        // Then
        assertThat(assertProblem(large, 413, "payload-too-large")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/list/1");
    }

    @Test
    void a_replaced_answer_is_told_apart_by_its_header() {
        // When
        HttpResponse<String> filtered = post("replaced", "{}");

        // Then
        assertThat(filtered.statusCode()).isEqualTo(202);
        assertThat(filtered.body()).isEqualTo("<Response/>");
        assertThat(filtered.headers().firstValue(FILTERED)).contains("true");
        assertThat(filtered.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void with_ack_processed_only_nothing_is_published_either() {
        // When
        HttpResponse<String> some =
                post("direct", "[{\"type\":\"x\"},{\"type\":\"a\"}]", "Idempotency-Key", "d", "Prefer", "wait=5");

        // Then
        assertThat(some.statusCode()).as(some.body()).isEqualTo(201);
        assertThat(json(some).get("items").findValuesAsText("state")).containsExactly("filtered", "processed");
        assertThat(stored("direct")).containsExactly("d-1");
    }

    @Test
    void the_newest_are_kept_of_each_webhook_and_all_are_counted() {
        // When
        for (int i = 0; i < 10; i++) {
            post("noisy", "{}", "Idempotency-Key", "n-" + i);
        }

        // Then
        assertThat(json(gateway.management("/api/filtered?webhook=noisy"))
                        .get("items")
                        .findValuesAsText("eventId"))
                .containsExactly("n-9", "n-8", "n-7");
        assertThat(counted("filtered", "noisy")).isEqualTo(10);
        assertThat(counted("filtered", "cloudevents")).isZero();
        assertThat(gateway.management("/api/filtered?limit=0").statusCode()).isEqualTo(400);
    }
}
