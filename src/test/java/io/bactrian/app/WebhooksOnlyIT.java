package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A gateway without an endpoint for CloudEvents: no token is needed for what is not there. */
class WebhooksOnlyIT {

    @TempDir
    Path directory;

    private TestGateway.Builder gateway(String enabled) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.events.verify", "token")
                .set("bactrian.events.enabled", enabled)
                .webhook("shop", "verify", "none");
    }

    @Test
    void events_are_not_found_and_webhooks_have_their_status() {
        try (TestGateway gateway = gateway("false").start()) {
            // When
            HttpResponse<String> posted =
                    gateway.send(gateway.request("/hooks/shop").POST(HttpRequest.BodyPublishers.ofString("paid")));
            HttpResponse<String> event = gateway.send(gateway.event("e-1", "{}"));
            HttpResponse<String> handshake = gateway.send(gateway.request("/events")
                    .header("WebHook-Request-Origin", "example.com")
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

            // Then
            assertThat(posted.statusCode()).as(posted.body()).isEqualTo(202);
            HttpResponse<String> status =
                    gateway.get(posted.headers().firstValue("Location").orElseThrow());
            assertThat(json(status).get("state").asText()).isEqualTo("accepted");
            assertProblem(event, 404, "not-found");
            assertThat(handshake.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anything_but_true_and_false_stops_the_start() {
        assertThatThrownBy(() -> gateway("no").start().close())
                .extracting(Causes::oneLine)
                .asString()
                .contains("bactrian.events.enabled=no", "expected one of false, true");
    }
}
