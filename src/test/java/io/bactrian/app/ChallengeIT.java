package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import io.bactrian.testing.WebhookSigner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The unsigned question that some providers ask when a URL is entered. */
class ChallengeIT {

    private static final String SUBSCRIBE = "?hub.mode=subscribe&hub.verify_token=";

    @TempDir
    static Path directory;

    static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with(directory.resolve("journal"))
                .webhook(
                        "meta",
                        "verify",
                        "hmac",
                        "header",
                        "X-Hub-Signature-256",
                        "prefix",
                        "sha256=",
                        "secret",
                        "app-secret",
                        "challenge",
                        "hub.challenge",
                        "challengeToken",
                        "right-token older-token")
                .webhook("graph", "verify", "none", "challenge", "validationToken")
                .webhook("sharepoint", "verify", "none", "challenge", "validationtoken")
                .webhook("dropbox", "verify", "token", "secret", "s", "challenge", "challenge")
                .webhook("plain", "verify", "none")
                .webhook("gone", "verify", "none", "challenge", "challenge", "retired", "true")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> get(String path) {
        return gateway.get("/hooks/" + path);
    }

    private static HttpResponse<String> post(String path, String body) {
        return gateway.send(gateway.request("/hooks/" + path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static void assertEchoed(HttpResponse<String> response, String text) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(text);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy")).contains("sandbox");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"right-token", "older-token", "right-token%20older-token"})
    void meta_gets_its_challenge_with_the_token_that_both_know(String token) {
        assertEchoed(get("meta" + SUBSCRIBE + token + "&hub.challenge=1158201444"), "1158201444");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SUBSCRIBE + "wrong&hub.challenge=1",
                SUBSCRIBE + "&hub.challenge=1",
                SUBSCRIBE + "right-toke&hub.challenge=1",
                "?hub.mode=subscribe&hub.challenge=1",
                ""
            })
    void without_the_right_token_it_gets_nothing(String query) {
        // When
        HttpResponse<String> response = get("meta" + query);

        // Then
        assertProblem(response, 401, "unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(response.body()).doesNotContain("right-token", "older-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"right-token", "right-token&hub.challenge=", "right-token&hub.challenge=1&hub.mode="})
    void what_is_no_question_is_told_what_was_expected(String rest) {
        String query = rest.endsWith("mode=") ? "?hub.verify_token=right-token&hub.challenge=1" : SUBSCRIBE + rest;
        assertThat(assertProblem(get("meta" + query), 400, "invalid-request")
                        .get("detail")
                        .asText())
                .contains("hub.challenge");
    }

    @Test
    void microsoft_posts_without_a_body_and_gets_its_token_decoded() {
        // When
        HttpResponse<String> response =
                post("graph?validationToken=Validation%3A+Testing+client+%3Cscript%3Ealert(1)%3C%2Fscript%3E%26", "");

        // Then
        assertEchoed(response, "Validation: Testing client <script>alert(1)</script>&");
        assertEchoed(get("graph?validationToken=abc"), "abc");
    }

    @Test
    void a_question_is_no_event() {
        // When
        assertEchoed(post("sharepoint?validationtoken=a-b", ""), "a-b");
        assertEchoed(get("sharepoint?validationtoken=a-b"), "a-b");

        // Then
        assertThat(gateway.metric("bactrian_events_accepted_total{webhook=\"sharepoint\"}"))
                .isZero();
        assertThat(json(gateway.management("/api/events?webhook=sharepoint")).get("items"))
                .isEmpty();
    }

    @Test
    void a_post_with_a_body_is_an_event_whatever_its_query_says() {
        // When
        HttpResponse<String> event = post("graph?validationToken=abc", "{\"value\":[]}");
        HttpResponse<String> empty = post("plain?validationToken=abc", "");
        HttpResponse<String> signed = gateway.send(gateway.request("/hooks/meta" + SUBSCRIBE + "x&hub.challenge=1")
                .header(
                        "X-Hub-Signature-256",
                        "sha256="
                                + WebhookSigner.hex(WebhookSigner.hmac(
                                        "HmacSHA256", "app-secret".getBytes(UTF_8), "{}".getBytes(UTF_8))))
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        // Then
        assertThat(event.statusCode()).as(event.body()).isEqualTo(202);
        assertThat(empty.statusCode()).as(empty.body()).isEqualTo(202);
        assertThat(signed.statusCode()).as(signed.body()).isEqualTo(202);
        assertProblem(post("meta", "{}"), 401, "unauthorized");
        assertProblem(post("dropbox?challenge=x", "{}"), 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%0Ab", "a%00", "%7F", "%C3%BC", "%FF", ""})
    void only_printable_ascii_comes_back(String text) {
        assertProblem(get("dropbox?challenge=" + text), 400, "invalid-request");
    }

    @Test
    void its_length_is_bounded() {
        assertEchoed(get("dropbox?challenge=" + "x".repeat(2048)), "x".repeat(2048));
        assertProblem(get("dropbox?challenge=" + "x".repeat(2049)), 400, "invalid-request");
    }

    @ParameterizedTest
    @CsvSource({"plain,GET,'OPTIONS, POST'", "plain,HEAD,'OPTIONS, POST'", "graph,HEAD,'GET, OPTIONS, POST'"})
    void a_method_that_is_not_for_this_webhook_is_405(String webhook, String method, String allow) {
        // When
        HttpResponse<String> response = gateway.send(gateway.request("/hooks/" + webhook + "?validationToken=abc")
                .method(method, HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains(allow);
    }

    @Test
    void the_handshake_names_the_methods_and_a_retired_webhook_answers_nobody() {
        // When
        HttpResponse<String> options =
                gateway.send(gateway.request("/hooks/graph").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(options.headers().firstValue("Allow")).contains("GET, POST, OPTIONS");
        assertProblem(get("gone?challenge=x"), 410, "webhook-retired");
    }
}
