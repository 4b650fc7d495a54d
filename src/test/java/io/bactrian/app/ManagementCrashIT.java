package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the management API answered outlives a kill. */
@ExtendWith(NatsServerExtension.class)
class ManagementCrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int EVENTS = 700;
    /** A page of a hundred each half second. */
    private static final String SLOW = "-Dbactrian.admin.replay-rate=200";
    /** No event overtakes one that is tried again since NATS was not there yet. */
    private static final String IN_ORDER = "-Dbactrian.delivery.order=subject";

    private GatewayHome home;

    @BeforeEach
    void settle(@TempDir Path directory) {
        home = new GatewayHome(directory);
    }

    private String accept(String id) throws Exception {
        HttpResponse<String> answer = home.send(home.event(id));
        assertThat(answer.statusCode()).isEqualTo(202);
        return TestGateway.json(answer).get("id").asText();
    }

    private void acceptAll() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            accept("e" + i);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> home.metric("bactrian_journal_pending") == 0);
    }

    private JsonNode look(String path) throws Exception {
        return TestGateway.json(home.management(path));
    }

    private JsonNode event(String id) throws Exception {
        return look("/api/events/" + id);
    }

    private String replayAll() throws Exception {
        HttpResponse<String> begun = home.send(
                home.managing("/api/replays")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"filter\":{\"state\":\"processed\",\"source\":\"/test\"},\"reason\":\"drill\\n\u00fc=1\"}")));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        assertThat(TestGateway.json(begun).get("matched").asInt()).isEqualTo(EVENTS);
        return begun.headers().firstValue("Location").orElseThrow();
    }

    private static List<String> replayed(NatsServer nats) {
        assertThat(nats.messages("EVENTS")).extracting(StoredMessage::messageId).noneMatch(id -> id.endsWith("#r2"));
        return nats.messages("EVENTS").stream()
                .filter(message -> message.messageId().endsWith("#r1"))
                .map(message -> message.header("ce-id"))
                .toList();
    }

    @Test
    void a_replay_and_a_discard_survive_a_kill_right_after_their_answer() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            String replayed;
            String discarded;
            try (GatewayProcess gateway = home.start(nats)) {
                // Given
                replayed = accept("replayed");
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                event(replayed).get("state").asText())
                        .isEqualTo("processed"));
                nats.stop();
                discarded = accept("discarded");

                // When
                HttpResponse<String> replay = home.send(home.managing("/api/events/" + replayed + "/replay")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"again\"}")));
                HttpResponse<String> discard = home.send(home.managing("/api/events/" + discarded + "/discard")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"test data\"}")));
                gateway.kill();

                // Then
                assertThat(replay.statusCode()).as(replay.body()).isEqualTo(202);
                assertThat(discard.statusCode()).as(discard.body()).isEqualTo(200);
            }
            nats.restart();
            try (GatewayProcess again = home.start(nats)) {
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                event(replayed).get("state").asText())
                        .isEqualTo("processed"));
                assertThat(event(replayed).get("replays").asInt()).isEqualTo(1);
                assertThat(event(discarded).get("state").asText()).isEqualTo("discarded");
                assertThat(event(discarded).at("/lastError/message").asText()).isEqualTo("test data");
                HttpResponse<String> duplicate = home.send(home.event("discarded"));
                String location = duplicate.headers().firstValue("Location").orElseThrow();
                HttpResponse<String> status =
                        home.send(HttpRequest.newBuilder(duplicate.uri().resolve(location)));
                assertThat(status.statusCode()).as(status.body()).isEqualTo(200);
                assertThat(TestGateway.json(status).get("state").asText()).isEqualTo("discarded");
                assertThat(nats.messages("EVENTS").stream().map(m -> m.header("ce-id")))
                        .containsExactly("replayed", "replayed");
                assertThat(again.log()).contains("action=replay").contains("action=discard");
            }
        }
    }

    @RepeatedTest(3)
    void a_replay_by_filter_goes_on_after_a_kill_and_replays_each_event_once_in_the_order_of_acceptance()
            throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            String replay;
            JsonNode before;
            try (GatewayProcess gateway = home.start(nats, SLOW, IN_ORDER)) {
                // Given
                acceptAll();
                replay = replayAll();
                accept("later");

                // When
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> nats.messageCount("EVENTS") > EVENTS + 1 + 100
                                && look(replay).get("replayed").asInt() < EVENTS);
                before = look(replay);
                gateway.kill();
            }

            // Then
            try (GatewayProcess again = home.start(nats, SLOW, IN_ORDER)) {
                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                look(replay).get("state").asText())
                        .isEqualTo("done"));
                Awaitility.await().atMost(PATIENCE).until(() -> home.metric("bactrian_journal_pending") == 0);
                JsonNode after = look(replay);
                assertThat(replayed(nats))
                        .isEqualTo(IntStream.range(0, EVENTS)
                                .mapToObj(i -> "e" + i)
                                .toList());
                assertThat(after.get("replayed").asInt()).isEqualTo(EVENTS);
                assertThat(after.get("skipped").asInt()).isZero();
                for (String member : List.of("id", "filter", "reason", "who", "startedAt", "matched")) {
                    assertThat(after.get(member)).as(member).isEqualTo(before.get(member));
                }
                assertThat(after.get("reason").asText()).isEqualTo("drill\nü=1");
                assertThat(again.log())
                        .contains("action=replays-resumed replay="
                                + after.get("id").asText());
            }
        }
    }

    @Test
    void a_cancelled_replay_stays_so_after_a_kill_right_after_the_answer() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            String replay;
            try (GatewayProcess gateway = home.start(nats, SLOW)) {
                // Given
                acceptAll();
                replay = replayAll();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> look(replay).get("replayed").asInt() >= 100);

                // When
                HttpResponse<String> cancelled = home.send(home.managing(replay).DELETE());
                gateway.kill();
                assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
            }

            // Then
            try (GatewayProcess again = home.start(nats)) {
                assertThat(look(replay).get("state").asText()).isEqualTo("cancelled");
                assertThat(look("/api/replays").at("/items/0")).isEqualTo(look(replay));
                Awaitility.await().atMost(PATIENCE).until(() -> home.metric("bactrian_journal_pending") == 0);
                assertThat(replayed(nats)).hasSizeBetween(100, EVENTS - 100);
                assertThat(again.log()).doesNotContain("replays-resumed");
            }
        }
    }
}
