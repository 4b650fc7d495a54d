package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Walks the OpenAPI description and does each operation on a running gateway: what is described is there, and no more. */
@ExtendWith(NatsServerExtension.class)
class OpenApiIT {

    @TempDir
    static Path directory;

    private static NatsServer nats;
    private static TestGateway gateway;
    private static String event;
    private static String replay;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("shop", "verify", "none", "challenge", "challenge")
                .start();
        String location = gateway.send(gateway.event("known", "{}"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        event = location.substring(location.lastIndexOf('/') + 1);
        Awaitility.await()
                .until(() -> json(gateway.get(location)).get("state").asText().equals("processed"));
        replay = json(gateway.send(gateway.managing("/api/replays")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"filter\":{\"type\":\"nothing\"}}"))))
                .get("id")
                .asText();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    static Stream<String> operations() {
        return ApiDescription.shipped().operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void an_operation_is_there_and_answers_as_described(String operation) {
        // Given
        String method = operation.split(" ", 2)[0];
        String template = operation.split(" ", 2)[1];
        String path = template.replace("{name}", "shop").replace("{id}", template.contains("replays") ? replay : event)
                + (operation.equals("GET /hooks/{name}") ? "?challenge=mine" : "");
        HttpRequest.Builder request = isManagement(template) ? gateway.managing(path) : gateway.request(path);
        if (method.equals("POST")) {
            request.header("Content-Type", contentType(template));
        } else if (method.equals("OPTIONS")) {
            request.header("WebHook-Request-Origin", "sender.example.com");
        }
        // When: the answer is compared with the description while it is received
        HttpResponse<String> answer = gateway.send(request.method(method, body(method, template)));
        // Then
        assertThat(answer.statusCode()).as(operation + " " + answer.body()).isNotIn(404, 405, 500);
        // what is processed cannot be discarded any more
        assertThat(answer.statusCode())
                .as(operation + " " + answer.body())
                .isBetween(200, template.endsWith("/discard") ? 400 : 299);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_path_takes_no_method_that_is_not_described(String operation) {
        // Given
        String template = operation.split(" ", 2)[1];
        String path = template.replace("{name}", "shop").replace("{id}", template.contains("replays") ? replay : event);
        HttpRequest.Builder request = isManagement(template) ? gateway.managing(path) : gateway.request(path);
        // When
        HttpResponse<String> answer = gateway.send(request.method("PATCH", HttpRequest.BodyPublishers.ofString("{}")));
        // Then: Camel's own management paths know no 405
        assertThat(answer.statusCode()).as(template + " " + answer.body()).isIn(404, 405);
    }

    private static boolean isManagement(String template) {
        return ApiDescription.shipped().isManagement(template);
    }

    private static String contentType(String template) {
        return template.equals("/events") ? "application/cloudevents+json" : "application/json";
    }

    private static HttpRequest.BodyPublisher body(String method, String template) {
        if (!method.equals("POST")) {
            return HttpRequest.BodyPublishers.noBody();
        }
        return HttpRequest.BodyPublishers.ofString(
                switch (template) {
                    case "/events" -> "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}";
                    case "/api/replays" -> "{\"filter\":{},\"dryRun\":true}";
                    case "/api/events/{id}/discard" -> "{\"reason\":\"tried\"}";
                    default -> "{}";
                });
    }
}
