package io.bactrian.app;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the management API answered outlives a kill. */
@ExtendWith(NatsServerExtension.class)
class ManagementCrashIT {

    private final int port = NatsServer.freePort();
    private final int managementPort = NatsServer.freePort();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    private GatewayProcess gateway(NatsServer nats) {
        return GatewayProcess.start(
                        directory,
                        "run",
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.journal.segment-size=4MiB",
                        "-Dbactrian.journal.min-free=0",
                        "-Dbactrian.nats.servers=" + nats.url(),
                        "-Dbactrian.delivery.backoff-max=1s",
                        "-Dcamel.server.host=127.0.0.1",
                        "-Dcamel.server.port=" + port,
                        "-Dcamel.management.port=" + managementPort)
                .awaitReady(managementPort);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String accept(String id) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/crash")
                .header("ce-type", "t")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(202);
        return TestGateway.JSON.readTree(answer.body()).get("id").asText();
    }

    private HttpRequest.Builder managing(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path));
    }

    private JsonNode event(String id) throws Exception {
        return TestGateway.JSON.readTree(send(managing("/api/events/" + id)).body());
    }

    @Test
    void a_replay_and_a_discard_survive_a_kill_right_after_their_answer() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            String replayed;
            String discarded;
            try (GatewayProcess gateway = gateway(nats)) {
                // Given
                replayed = accept("replayed");
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                                event(replayed).get("state").asText())
                        .isEqualTo("processed"));
                nats.stop();
                discarded = accept("discarded");

                // When
                HttpResponse<String> replay = send(managing("/api/events/" + replayed + "/replay")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"again\"}")));
                HttpResponse<String> discard = send(managing("/api/events/" + discarded + "/discard")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"test data\"}")));
                gateway.kill();

                // Then
                assertThat(replay.statusCode()).as(replay.body()).isEqualTo(202);
                assertThat(discard.statusCode()).as(discard.body()).isEqualTo(200);
            }
            nats.restart();
            try (GatewayProcess again = gateway(nats)) {
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                                event(replayed).get("state").asText())
                        .isEqualTo("processed"));
                assertThat(event(replayed).get("replays").asInt()).isEqualTo(1);
                assertThat(event(discarded).get("state").asText()).isEqualTo("discarded");
                assertThat(event(discarded).at("/lastError/message").asText()).isEqualTo("test data");
                assertThat(nats.messages("EVENTS").stream().map(m -> m.header("ce-id")))
                        .containsExactly("replayed", "replayed");
                assertThat(again.log()).contains("action=replay").contains("action=discard");
            }
        }
    }
}
