package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.http.RejectedRequest;
import io.bactrian.camel.http.RejectedRequests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What an operator sees of refused requests. */
class RejectedRequestsIT {

    @TempDir
    static Path directory;

    static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.http.rejected-kept", "5")
                .webhook("repo", "verify", "github", "secret", "the-real-secret")
                .webhook("noisy", "verify", "token", "secret", "the-real-token")
                .webhook("asked", "verify", "token", "secret", "the-real-token")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static List<RejectedRequest> newest(String webhook) {
        return RejectedRequests.of(gateway.gateway().context()).newest(webhook, 100);
    }

    private static int post(String path, String... headers) {
        HttpRequest.Builder request = gateway.request(path).POST(HttpRequest.BodyPublishers.ofString("a body"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return gateway.send(request).statusCode();
    }

    @Test
    void the_management_api_shows_them_newest_first() {
        // Given
        post("/hooks/asked", "Authorization", "Bearer guess-1");
        post("/hooks/asked", "X-Mine", "guess-2");
        // When
        HttpResponse<String> answer = gateway.management("/api/rejected?webhook=asked&limit=2");
        HttpResponse<String> wrong = gateway.management("/api/rejected?limit=0");
        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("guess-", "the-real-token");
        JsonNode items = TestGateway.json(answer).get("items");
        assertThat(items).hasSize(2);
        assertThat(TestGateway.json(answer).at("/next").isNull()).isTrue();
        assertThat(items.get(0).get("at").asText())
                .isGreaterThanOrEqualTo(items.get(1).get("at").asText());
        assertThat(items.get(0).get("reason").asText()).isEqualTo("unauthorized");
        assertThat(items.get(0).get("webhook").asText()).isEqualTo("asked");
        assertThat(wrong.statusCode()).isEqualTo(400);
    }

    @Test
    void a_wrong_secret_is_seen_with_its_reason_and_without_any_credential() {
        // When
        int status = post(
                "/hooks/repo?access_token=in-the-query",
                "X-GitHub-Delivery",
                "72d3162e",
                "X-Hub-Signature-256",
                "sha256=0000",
                "Cookie",
                "a-cookie");

        // Then
        assertThat(status).isEqualTo(401);
        RejectedRequest seen = newest("repo").get(0);
        assertThat(seen.reason()).isEqualTo("unauthorized");
        assertThat(seen.status()).isEqualTo(401);
        assertThat(seen.webhook()).isEqualTo("repo");
        assertThat(seen.detail()).contains("X-Hub-Signature-256");
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.path()).isEqualTo("/hooks/repo");
        assertThat(seen.remote()).isEqualTo("127.0.0.1");
        assertThat(seen.headers())
                .contains(
                        Map.entry("X-GitHub-Delivery", "72d3162e"),
                        Map.entry("X-Hub-Signature-256", "(11 characters, not shown)"));
        assertThat(seen.toString()).doesNotContain("sha256=0000", "in-the-query", "a-cookie", "a body", "real-secret");
    }

    @Test
    void a_noisy_sender_neither_grows_the_ring_nor_hides_another() {
        // Given
        post("/hooks/repo");

        // When
        for (int i = 0; i < 40; i++) {
            post("/hooks/noisy", "Authorization", "Bearer guess" + i);
        }

        // Then
        assertThat(newest("noisy")).hasSize(5);
        assertThat(newest("repo")).isNotEmpty();
        assertThat(newest("").stream().map(RejectedRequest::webhook)).contains("repo", "noisy");
        assertThat(RejectedRequests.of(gateway.gateway().context()).newest("", 2))
                .hasSize(2);
        assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"unauthorized\",webhook=\"noisy\"}"))
                .isEqualTo(40);
    }

    @Test
    void a_webhook_that_does_not_exist_is_seen_too() {
        // When
        post("/hooks/typo");

        // Then
        assertThat(newest("unknown").get(0).path()).isEqualTo("/hooks/typo");
        assertThat(newest("unknown").get(0).reason()).isEqualTo("unknown-webhook");
    }
}
