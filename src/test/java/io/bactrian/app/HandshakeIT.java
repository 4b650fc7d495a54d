package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

/** The handshake of the CloudEvents webhook specification, and what it grants: origins, sources and rates. */
@ExtendWith(NatsServerExtension.class)
class HandshakeIT {

    @TempDir
    static Path directory;

    static TestGateway open;
    static TestGateway narrow;

    @BeforeAll
    static void start() {
        open = TestGateway.with(directory.resolve("open"))
                .set("bactrian.events.verify", "token")
                .set("bactrian.events.token", "s3cret")
                .webhook("token", "verify", "token", "secret", "s3cret", "rate", "2/min")
                .webhook("slow", "verify", "none", "rate", "3/min")
                .webhook("retired", "verify", "none", "retired", "true")
                .webhook("origins", "verify", "none", "allowedOrigins", "*.example.com", "allowedRate", "120")
                .webhook("sources", "verify", "none", "allowedSources", "/shop/*", "source", "header:X-Source")
                .start();
        narrow = TestGateway.with(directory.resolve("narrow"))
                .set("bactrian.events.allowed-origins", "sender.example.com *.example.org")
                .set("bactrian.events.allowed-rate", "2")
                .start();
    }

    @AfterAll
    static void stop() {
        open.close();
        narrow.close();
    }

    private static HttpRequest.Builder options(TestGateway at, String path) {
        return at.request(path).method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    }

    private static HttpRequest.Builder post(TestGateway at, String path) {
        return at.request(path).POST(HttpRequest.BodyPublishers.ofString("{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/hooks/slow"})
    void an_allowed_origin_is_granted_without_a_credential(String path) {
        // When
        HttpResponse<String> response = open.send(options(open, path)
                .header("WebHook-Request-Origin", "eventemitter.example.com")
                .header("WebHook-Request-Rate", "120"));

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("WebHook-Allowed-Origin")).contains("eventemitter.example.com");
        assertThat(response.headers().firstValue("WebHook-Allowed-Rate")).contains("*");
        assertThat(response.headers().firstValue("Allow")).contains("POST, OPTIONS");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void the_rate_granted_is_the_one_configured() {
        // When
        HttpResponse<String> events =
                narrow.send(options(narrow, "/events").header("WebHook-Request-Origin", "a.example.org"));
        HttpResponse<String> webhook =
                open.send(options(open, "/hooks/origins").header("WebHook-Request-Origin", "a.example.com"));

        // Then
        assertThat(events.headers().firstValue("WebHook-Allowed-Rate")).contains("2");
        assertThat(webhook.headers().firstValue("WebHook-Allowed-Rate")).contains("120");
    }

    @Test
    void a_foreign_origin_is_not_granted() {
        // When
        HttpResponse<String> response =
                narrow.send(options(narrow, "/events").header("WebHook-Request-Origin", "evil.example.com"));

        // Then
        assertProblem(response, 403, "forbidden");
        assertThat(response.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
        assertThat(response.headers().firstValue("Allow")).contains("POST, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({
        "WebHook-Request-Origin,not an origin",
        "WebHook-Request-Origin,https://example.com/",
        "WebHook-Request-Rate,0",
        "WebHook-Request-Rate,-5",
        "WebHook-Request-Rate,many",
        "WebHook-Request-Callback,http://example.com/",
        "WebHook-Request-Callback,https://user:pw@example.com/",
        "WebHook-Request-Callback,file:///etc/passwd",
        "WebHook-Request-Callback,::"
    })
    void a_handshake_that_is_not_understood_is_answered_400_naming_the_header(String header, String value) {
        // Given
        HttpRequest.Builder request = options(open, "/events").header(header, value);
        if (!header.endsWith("Origin")) {
            request.header("WebHook-Request-Origin", "example.com");
        }

        // When
        HttpResponse<String> response = open.send(request);

        // Then
        assertThat(assertProblem(response, 400, "invalid-request")
                        .get("errors")
                        .get(0)
                        .get("header")
                        .asText())
                .isEqualTo(header);
        assertThat(response.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
    }

    @Test
    void options_without_an_origin_say_what_is_allowed_and_grant_nothing() {
        // When
        HttpResponse<String> response = open.send(options(open, "/events"));

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Allow")).contains("POST, OPTIONS");
        assertThat(response.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
        assertThat(open.metric("bactrian_requests_total{status=\"200\",webhook=\"cloudevents\"}"))
                .as("only posts are counted")
                .isZero();
    }

    @Test
    void answer_403_for_a_post_of_another_origin_or_of_none() {
        // When
        HttpResponse<String> none = narrow.send(narrow.event("o-1", "{}"));
        HttpResponse<String> other =
                narrow.send(narrow.event("o-1", "{}").header("WebHook-Request-Origin", "evil.example.com"));
        HttpResponse<String> right =
                narrow.send(narrow.event("o-1", "{}").header("WebHook-Request-Origin", "Sender.example.com"));

        // Then
        assertProblem(none, 403, "forbidden");
        assertProblem(other, 403, "forbidden");
        assertThat(right.statusCode()).as(right.body()).isEqualTo(202);
    }

    @Test
    void answer_429_binds_each_origin_to_the_rate_it_was_granted() {
        // When
        List<Integer> first = IntStream.range(0, 3)
                .mapToObj(i ->
                        narrow.send(narrow.event("r-" + i, "{}").header("WebHook-Request-Origin", "one.example.org")))
                .map(HttpResponse::statusCode)
                .toList();
        HttpResponse<String> refused =
                narrow.send(narrow.event("r-3", "{}").header("WebHook-Request-Origin", "one.example.org"));
        HttpResponse<String> second =
                narrow.send(narrow.event("r-4", "{}").header("WebHook-Request-Origin", "two.example.org"));

        // Then
        assertThat(first).containsExactly(202, 202, 429);
        assertProblem(refused, 429, "rate-limited");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 30);
        assertThat(second.statusCode()).isEqualTo(202);
    }

    @Test
    void answer_429_for_more_than_the_rate_of_a_webhook_while_others_go_on() {
        // When
        List<Integer> answers = IntStream.range(0, 4)
                .mapToObj(i -> open.send(post(open, "/hooks/slow")).statusCode())
                .toList();
        HttpResponse<String> refused = open.send(post(open, "/hooks/slow"));

        // Then
        assertThat(answers).containsExactly(202, 202, 202, 429);
        assertThat(assertProblem(refused, 429, "rate-limited").get("retryable").asBoolean())
                .isTrue();
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 20);
        assertThat(open.send(post(open, "/hooks/origins").header("WebHook-Request-Origin", "a.example.com"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(open.metric("bactrian_events_rejected_total{reason=\"rate-limited\",webhook=\"slow\"}"))
                .isEqualTo(2);
    }

    @Test
    void requests_without_the_credential_do_not_use_up_the_rate() {
        // When
        IntStream.range(0, 5).forEach(i -> assertProblem(open.send(post(open, "/hooks/token")), 401, "unauthorized"));

        // Then
        assertThat(open.send(post(open, "/hooks/token?access_token=s3cret")).statusCode())
                .isEqualTo(202);
    }

    @Test
    void answer_403_for_a_source_that_a_webhook_may_not_speak_for() {
        // When
        HttpResponse<String> foreign = open.send(post(open, "/hooks/sources").header("X-Source", "/bank/1"));
        HttpResponse<String> own = open.send(post(open, "/hooks/sources").header("X-Source", "/shop/1"));

        // Then
        assertProblem(foreign, 403, "forbidden");
        assertThat(own.statusCode()).isEqualTo(202);
    }

    @Test
    void answer_410_for_a_retired_webhook_and_for_its_handshake() {
        // When
        HttpResponse<String> posted = open.send(post(open, "/hooks/retired"));
        HttpResponse<String> asked =
                open.send(options(open, "/hooks/retired").header("WebHook-Request-Origin", "example.com"));

        // Then
        assertThat(assertProblem(posted, 410, "webhook-retired")
                        .get("retryable")
                        .asBoolean())
                .isFalse();
        assertProblem(asked, 410, "webhook-retired");
        assertThat(asked.headers().firstValue("WebHook-Allowed-Origin")).isEmpty();
        assertThat(open.metric("bactrian_events_accepted_total{webhook=\"retired\"}"))
                .isZero();
    }

    @Test
    void the_token_is_taken_from_both_places_and_a_query_token_makes_the_answer_private() {
        // When
        HttpResponse<String> bearer = open.send(open.event("t-1", "{}").header("Authorization", "Bearer s3cret"));
        HttpResponse<String> query = open.send(post(open, "/events?access_token=s3cret")
                .header("ce-specversion", "1.0")
                .header("ce-id", "t-2")
                .header("ce-source", "/t")
                .header("ce-type", "t"));

        // Then
        assertThat(bearer.statusCode()).isEqualTo(202);
        assertThat(bearer.headers().firstValue("Cache-Control")).isEmpty();
        assertThat(query.statusCode()).as(query.body()).isEqualTo(202);
        assertThat(query.headers().firstValue("Cache-Control")).contains("private");
        assertThat(query.body()).doesNotContain("s3cret");
        assertThat(query.headers().map().toString()).doesNotContain("s3cret");
    }
}
