package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Routes of a user's own beside the shipped ones. */
@ExtendWith(NatsServerExtension.class)
class UserRoutesIT {

    @TempDir
    Path directory;

    /** The route of this name on the page about routes. */
    private static String documented(String id) {
        return Snippets.of("routes.md", "yaml").stream()
                .filter(yaml -> yaml.startsWith("- route:\n    id: " + id + "\n"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_route_of_the_documentation_and_a_templated_webhook_run_from_a_folder() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            // Given
            TestGateway.routes(directory, "documented.yaml", documented("hello"));
            Path routes = TestGateway.routes(directory, "webhook.yaml", """
                    - templatedRoute:
                        routeId: shop
                        routeTemplateRef: webhook
                        parameters:
                          - name: verify
                            value: none
                          - name: path
                            value: /in/shop
                    """);
            try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                    .nats(nats)
                    .routes(routes)
                    .start()) {
                // When
                HttpResponse<String> hello = gateway.get("/hello");
                HttpResponse<String> shop =
                        gateway.send(gateway.request("/in/shop").POST(HttpRequest.BodyPublishers.ofString("sold")));

                // Then
                assertThat(hello.body()).isEqualTo("hello from a route of your own");
                assertThat(shop.statusCode()).as(shop.body()).isEqualTo(202);
                assertThat(json(shop).get("webhook").asText()).isEqualTo("shop");
                Awaitility.await()
                        .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(1));
                assertThat(nats.messages("EVENTS").get(0).subject()).isEqualTo("events.shop");
            }
        }
    }

    @Test
    void a_route_with_the_headers_of_camel_cloudevents_ends_in_the_stream() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            // Given
            Path routes = TestGateway.routes(directory, "documented.yaml", documented("legacy"));
            try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                    .nats(nats)
                    .routes(routes)
                    .start()) {
                // When
                HttpResponse<String> first = legacy(gateway, "17");
                HttpResponse<String> again = legacy(gateway, "17");
                HttpResponse<String> nameless = legacy(gateway, "");

                // Then
                assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
                assertThat(json(first).get("eventId").asText()).isEqualTo("17");
                assertThat(json(again).get("duplicate").asBoolean()).isTrue();
                assertThat(nameless.statusCode()).isEqualTo(400);
                assertThat(json(nameless).get("errors").get(0).get("pointer").asText())
                        .isEqualTo("/id");
                Awaitility.await()
                        .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(1));
                assertThat(nats.messages("EVENTS").get(0).header("ce-type")).isEqualTo("com.example.order");
                assertThat(nats.messages("EVENTS").get(0).text()).isEqualTo("sold");
            }
        }
    }

    @Test
    void a_route_of_ones_own_into_the_journal_is_counted_as_intake_and_its_refusals_are_shown() {
        // Given: the route of the page, one that refuses by itself, one that has nothing to do with events
        TestGateway.routes(directory, "documented.yaml", documented("legacy"));
        Path routes = TestGateway.routes(directory, "own.yaml", """
                - route:
                    id: guarded
                    from:
                      uri: platform-http:/guarded
                      steps:
                        - choice:
                            when:
                              - simple: ${header.X-Order} == 'none'
                                steps:
                                  - setHeader:
                                      name: CamelHttpResponseCode
                                      constant: 403
                                  - setBody:
                                      constant: no order, no entry
                            otherwise:
                              steps:
                                - setBody:
                                    constant: '{"specversion":"1.0","id":"1","source":"/own","type":"t"}'
                                - setHeader:
                                    name: Content-Type
                                    constant: application/cloudevents+json
                                - transformDataType:
                                    toType: bactrian:cloudevent
                                - to:
                                    uri: journal:events
                - route:
                    id: teapot
                    from:
                      uri: platform-http:/teapot
                      steps:
                        - setHeader:
                            name: CamelHttpResponseCode
                            constant: 418
                """);
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).routes(routes).start()) {
            assertThat(gateway.metric("bactrian_requests_total{status=\"202\",webhook=\"camel\"}"))
                    .isZero();

            // When
            legacy(gateway, "17");
            legacy(gateway, "");
            HttpRequest.Builder guarded = gateway.request("/guarded").POST(HttpRequest.BodyPublishers.ofString("x"));
            assertThat(gateway.sendAsync(guarded.copy().header("X-Order", "none"))
                            .join()
                            .body())
                    .isEqualTo("no order, no entry");
            assertThat(gateway.sendAsync(guarded).join().statusCode() / 100).isEqualTo(2);
            gateway.sendAsync(gateway.request("/teapot").POST(HttpRequest.BodyPublishers.ofString("x")))
                    .join();

            // Then
            assertThat(gateway.metric("bactrian_requests_total{status=\"202\",webhook=\"camel\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_requests_total{status=\"400\",webhook=\"camel\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_requests_total{status=\"403\",webhook=\"camel\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_request_seconds_count{webhook=\"camel\"}"))
                    .isEqualTo(4);
            assertThat(gateway.metric("bactrian_events_accepted_total{webhook=\"camel\"}"))
                    .isEqualTo(2);
            assertThat(gateway.metric(
                            "bactrian_events_rejected_total{reason=\"invalid-cloudevent\",webhook=\"camel\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"forbidden\",webhook=\"camel\"}"))
                    .isEqualTo(1);
            assertThat(json(gateway.management("/api/rejected?webhook=camel")).get("items"))
                    .extracting(item ->
                            item.get("path").asText() + " " + item.get("status").asInt())
                    .containsExactly("/guarded 403", "/legacy 400");
        }
    }

    private static HttpResponse<String> legacy(TestGateway gateway, String order) {
        return gateway.send(gateway.request("/legacy")
                .header("Content-Type", "text/plain")
                .header("X-Order", order)
                .POST(HttpRequest.BodyPublishers.ofString("sold")));
    }

    @Test
    void answer_500_for_a_bug_says_nothing_about_the_inside() {
        // Given
        Path routes = TestGateway.routes(directory, "bug.yaml", """
                - route:
                    id: bug
                    from:
                      uri: platform-http:/bug
                      steps:
                        - throwException:
                            exceptionType: java.lang.IllegalStateException
                            message: secret inside
                """);
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).routes(routes).start()) {
            // When
            HttpResponse<String> response = gateway.get("/bug");

            // Then
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(json(response).get("type").asText()).isEqualTo("urn:bactrian:problem:internal-error");
            assertThat(response.body()).doesNotContain("secret inside").doesNotContain("Exception");
        }
    }

    @Test
    void intake_never_answers_3xx_whatever_a_route_says() {
        // Given: somebody sends all senders elsewhere
        Path routes = TestGateway.routes(directory, "moved.yaml", """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          uri: "platform-http*"
                          steps:
                            - setHeader:
                                name: CamelHttpResponseCode
                                constant: 308
                            - setHeader:
                                name: Location
                                constant: https://elsewhere.example.com/
                            - stop: {}
                """);
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).routes(routes).start()) {
            // When
            HttpResponse<String> intake = gateway.send(gateway.event("moved", "{}"));
            HttpResponse<String> other =
                    gateway.sendAsync(gateway.request("/events/unknown")).join();

            // Then
            assertProblem(intake, 500, "internal-error");
            assertThat(intake.headers().firstValue("Location")).isEmpty();
            assertThat(other.statusCode()).isEqualTo(308);
        }
    }

    @Test
    void no_request_header_comes_back_from_a_route_that_keeps_them() {
        // Given
        Path routes = TestGateway.routes(directory, "echo.yaml", """
                - route:
                    id: echo
                    from:
                      uri: platform-http:/echo
                      steps:
                        - setBody:
                            simple: "headers: ${headers}"
                """);
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).routes(routes).start()) {
            // When
            HttpResponse<String> response = gateway.send(gateway.request("/echo?CamelHttpUri=x&Nats-Msg-Id=y")
                    .header("Authorization", "Bearer hidden-1")
                    .header("Cookie", "hidden-2")
                    .header("Nats-Msg-Id", "hidden-3")
                    .header("CamelJetStreamSubject", "hidden-4")
                    .header("Location", "back-1")
                    .header("X-Mine", "seen")
                    .GET());

            // Then
            assertThat(response.body()).contains("seen").doesNotContain("hidden-");
            assertThat(response.headers().map().keySet()).doesNotContain("location", "x-mine", "authorization");
        }
    }
}
