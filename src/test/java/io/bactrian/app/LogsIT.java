package io.bactrian.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What an operator reads. */
@ExtendWith(NatsServerExtension.class)
class LogsIT {

    private static final int PROBES = 10;

    private final int port = NatsServer.freePort();
    private final int managementPort = NatsServer.freePort();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    private GatewayProcess gateway(String natsUrl, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-Dbactrian.events.verify=none",
                "-Dbactrian.journal.segment-size=4MiB",
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.delivery.backoff-max=100ms",
                "-Dbactrian.nats.servers=" + natsUrl,
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + managementPort));
        arguments.addAll(List.of(more));
        return GatewayProcess.start(directory, arguments.toArray(String[]::new)).awaitReady(managementPort);
    }

    private String send(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                        .timeout(Duration.ofSeconds(30))
                        .header("ce-specversion", "1.0")
                        .header("ce-id", id)
                        .header("ce-source", "/logs")
                        .header("ce-type", "t")
                        .POST(HttpRequest.BodyPublishers.ofString("a secret payload"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(202);
        return answer.headers().firstValue("Location").orElseThrow().replace("/events/", "");
    }

    private double retries() throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("bactrian_publish_retries_total{reason=\"transport\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static List<JsonNode> json(String log) {
        return log.lines()
                .map(line -> {
                    try {
                        return TestGateway.JSON.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError("not JSON: " + line, e);
                    }
                })
                .toList();
    }

    private static String value(JsonNode line, String key) {
        for (JsonNode pair : line.path("kvpList")) {
            if (pair.has(key)) {
                return pair.get(key).asText();
            }
        }
        return "";
    }

    @Test
    void an_outage_is_one_error_however_often_delivery_is_tried_again() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (GatewayProcess gateway = gateway(nats.url(), "-Dbactrian.log.format=json")) {
                // Given
                nats.kill();

                // When
                List<String> ids = List.of(send("e-1"), send("e-2"));
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> retries() >= PROBES);

                // Then
                List<JsonNode> errors = json(gateway.log()).stream()
                        .filter(line -> line.get("level").asText().equals("ERROR"))
                        .toList();
                assertThat(errors).hasSize(1);
                assertThat(errors.get(0).get("formattedMessage").asText())
                        .startsWith("Delivery is interrupted, events stay pending: ");
                assertThat(value(errors.get(0), "event")).isIn(ids);
                assertThat(value(errors.get(0), "class")).isEqualTo("transport");
            }
        }
    }

    @Test
    void a_dead_event_is_named_by_the_id_of_its_resource_and_its_payload_stays_out_of_the_log() throws Exception {
        try (GatewayProcess gateway =
                gateway("nats://127.0.0.1:" + NatsServer.freePort(), "-Dbactrian.delivery.max-attempts=2")) {
            // When
            String id = send("dies");

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(gateway.log())
                    .containsPattern(
                            " WARN  .* - Event is dead: .* event=" + id + " webhook=cloudevents reason=transport\\n"));
            assertThat(gateway.log()).doesNotContain("a secret payload");
        }
    }

    @Test
    void levels_change_while_the_gateway_runs() throws Exception {
        Path levels = directory.resolve("levels.properties");
        try (GatewayProcess gateway =
                gateway("nats://127.0.0.1:" + NatsServer.freePort(), "-Dbactrian.log.levels-file=" + levels)) {
            // Given
            String quiet = send("before");
            assertThat(gateway.log()).doesNotContain("Event is accepted");

            // When: the levels are raised
            Files.writeString(levels, "io.bactrian.camel.journal=TRACE\nio.nats=LOUD\n");

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(gateway.log())
                    .contains("Not a level: file=" + levels + " io.nats=LOUD")
                    .contains("Log levels: file=" + levels + " levels={io.bactrian.camel.journal=TRACE}"));
            String traced = send("traced");
            Awaitility.await().untilAsserted(() -> assertThat(gateway.log())
                    .contains("Event is accepted event=" + traced + " webhook=cloudevents")
                    .doesNotContain("Event is accepted event=" + quiet));

            // When: the file is gone
            Files.delete(levels);

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(gateway.log())
                    .contains("levels={}"));
            String after = send("after");
            send("last");
            assertThat(gateway.log()).doesNotContain("Event is accepted event=" + after);
        }
    }

    @Test
    void a_logback_configuration_of_the_users_own_takes_the_place_of_ours() throws Exception {
        // Given
        Path configuration = Files.writeString(directory.resolve("own.xml"), """
                <configuration>
                  <appender name="own" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>own: %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="own"/></root>
                </configuration>
                """);

        // When
        GatewayProcess gateway = GatewayProcess.start(
                directory,
                Map.of("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=" + configuration),
                "run",
                "-Dbactrian.events.verify=none",
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.log.format=json",
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + managementPort);
        try (gateway) {
            gateway.awaitReady(managementPort);

            // Then
            assertThat(gateway.log())
                    .containsPattern("(?m)^own: Bactrian is ready: ")
                    .doesNotContain("[main]");
        }
    }

    @Test
    void a_form_that_is_not_known_stops_the_start() {
        // When
        GatewayProcess gateway =
                GatewayProcess.start(directory, "run", "-Dbactrian.events.verify=none", "-Dbactrian.log.format=yaml");

        // Then
        assertThat(gateway.awaitExit()).isEqualTo(1);
        assertThat(gateway.log()).contains("bactrian.log.format=yaml: expected text or json");
    }
}
