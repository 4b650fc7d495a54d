package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.webhook.WebhookOverlaps;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Parameters of a webhook: what they do to its events, and which of them stop the start. */
class WebhookParametersIT {

    @TempDir
    Path directory;

    private static HttpRequest.Builder post(TestGateway gateway, String path, String body, String... headers) {
        HttpRequest.Builder request = gateway.request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private String startFails(String... parametersAndValues) {
        ThrowableAssert.ThrowingCallable start = () -> TestGateway.with(directory.resolve("journal"))
                .webhook("shop", parametersAndValues)
                .start()
                .close();
        Throwable failure = catchThrowable(start);
        assertThat(failure).isNotNull();
        return Causes.oneLine(failure);
    }

    @Test
    void simple_expressions_and_path_parameters_become_attributes() {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .webhook(
                        "shop",
                        "verify",
                        "none",
                        "path",
                        "/hooks/shop/{tenant}",
                        "id",
                        "simple:${header.X-Order}-${header.X-Version}",
                        "source",
                        "path:tenant",
                        "type",
                        "simple:com.example.${body}",
                        "eventSubject",
                        "path:tenant")
                .start()) {
            // When
            HttpResponse<String> response =
                    gateway.send(post(gateway, "/hooks/shop/acme%20ltd", "paid", "X-Order", "o-1", "X-Version", "2"));
            HttpResponse<String> encoded =
                    gateway.send(post(gateway, "/hooks/shop/acme", "sent", "X-Order", "o-1", "X-Version", "3"));

            // Then: a path parameter is decoded; what is no source takes the default of a given expression: none
            JsonNode first = json(response);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(first.get("errors").get(0).get("pointer").asText()).isEqualTo("/source");
            JsonNode second = json(encoded);
            assertThat(encoded.statusCode()).as(encoded.body()).isEqualTo(202);
            assertThat(second.get("eventId").asText()).isEqualTo("o-1-3");
            assertThat(second.get("source").asText()).isEqualTo("acme");
            assertThat(second.get("type").asText()).isEqualTo("com.example.sent");
            assertThat(second.get("subject").asText()).isEqualTo("acme");
        }
    }

    @Test
    void an_expression_that_fails_or_finds_none_of_its_parts_counts_as_missing() {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .webhook("parts", "verify", "none", "id", "simple:${header.X-Order}-${header.X-Version}")
                .webhook(
                        "fails",
                        "verify",
                        "none",
                        "id",
                        "simple:${bodyAs(Integer)}",
                        "type",
                        "simple:${header.X-Date.substring(0,4)}")
                .start()) {
            // When
            HttpResponse<String> first = gateway.send(post(gateway, "/hooks/parts", "1"));
            HttpResponse<String> second = gateway.send(post(gateway, "/hooks/parts", "2"));
            HttpResponse<String> own = gateway.send(post(gateway, "/hooks/parts", "3", "Idempotency-Key", "k-1"));
            HttpResponse<String> failed = gateway.send(post(gateway, "/hooks/fails", "no number", "X-Date", "26"));

            // Then
            assertThat(json(first).get("eventId").asText()).hasSize(36);
            assertThat(json(second).get("duplicate").asBoolean()).isFalse();
            assertThat(json(own).get("eventId").asText()).isEqualTo("k-1");
            assertThat(failed.statusCode()).as(failed.body()).isEqualTo(202);
            assertThat(json(failed).get("eventId").asText()).hasSize(36);
            assertThat(json(failed).get("type").asText()).isEqualTo("webhook.fails");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id|simple:${header.X-Order",
                "source|simple:${nothingLikeThat}",
                "type|simple:${header.A} ?? 'x' ${",
                "eventSubject|simple:",
                "filter|simple:${body} contains"
            })
    void a_simple_expression_that_cannot_be_read_stops_the_start(String parameter, String expression) {
        assertThat(startFails("verify", "none", parameter, expression))
                .startsWith("webhook shop: " + parameter + "=" + expression);
    }

    @Test
    void of_two_paths_that_fit_the_one_that_was_added_first_gets_the_request() throws IOException {
        // Given
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("hooks.yaml"),
                templated("a", "/hooks/all/{rest}")
                        + templated("b", "/hooks/all/mine")
                        + templated("c", "/hooks/some/mine")
                        + templated("d", "/hooks/some/{rest}"));
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).routes(routes).start()) {
            // Then
            assertThat(webhookOf(gateway, "/hooks/all/mine")).isEqualTo("a");
            assertThat(webhookOf(gateway, "/hooks/some/mine")).isEqualTo("c");
            assertThat(webhookOf(gateway, "/hooks/some/mine/")).isEqualTo("c");
            assertThat(webhookOf(gateway, "/hooks/some/other")).isEqualTo("d");
            assertThat(WebhookOverlaps.of(gateway.gateway().context()))
                    .containsExactly("webhook b: path=/hooks/all/mine gets no request: those are taken by"
                            + " path=/hooks/all/{rest} of webhook a, which comes before it");
        }
    }

    private static String templated(String name, String path) {
        return """
                - templatedRoute:
                    routeId: %s
                    routeTemplateRef: webhook
                    parameters:
                      - name: verify
                        value: none
                      - name: path
                        value: "%s"
                """.formatted(name, path);
    }

    private static String webhookOf(TestGateway gateway, String path) {
        return json(gateway.send(post(gateway, path, "{}"))).get("webhook").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"heder:X-Id", "Header:X-Id"})
    void a_mistyped_expression_as_id_stops_the_start_since_every_event_would_be_the_first_again(String literal) {
        assertThat(startFails("verify", "none", "id", literal))
                .startsWith("webhook shop: id=" + literal + ": expected header:Name, pointer:");
    }

    @Test
    void a_token_that_is_missing_or_that_nobody_shows_stops_the_start() {
        assertThat(startFails("verify", "none", "challenge", "hub.challenge"))
                .contains("webhook shop", "challengeToken is missing");
        assertThat(startFails("verify", "none", "challenge", "challenge", "challengeToken", "t0ken"))
                .contains("webhook shop", "only hub.challenge does")
                .doesNotContain("t0ken");
        assertThat(startFails("verify", "none", "challengeToken", "t0ken"))
                .contains("webhook shop", "no challenge=")
                .doesNotContain("t0ken");
    }

    @ParameterizedTest
    @CsvSource({"split,yes", "split,pointer:value", "filter,${body}"})
    void a_value_that_cannot_be_used_stops_the_start(String parameter, String value) {
        assertThat(startFails("verify", "none", parameter, value))
                .startsWith("webhook shop: " + parameter + "=" + value + ": expected");
    }
}
