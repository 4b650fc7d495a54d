package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Every row of the management API, on a running gateway. */
@ExtendWith(NatsServerExtension.class)
class ManagementApiIT {

    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Logger auditLog = (Logger) LoggerFactory.getLogger("io.bactrian.audit");

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        audit.start();
        auditLog.setLevel(Level.INFO);
        auditLog.addAppender(audit);
    }

    @AfterEach
    void stopListening() {
        auditLog.detachAppender(audit);
        auditLog.setLevel(null);
    }

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal"));
    }

    private static NatsServer smallMessages() {
        NatsServer nats = NatsServer.start();
        nats.createStreamUpTo(2_000, "EVENTS", "events.>");
        return nats;
    }

    private static void allowLarge(NatsServer nats) {
        nats.updateStream(StreamConfiguration.builder(nats.stream("EVENTS").getConfiguration())
                .maximumMessageSize(10_000)
                .build());
    }

    private static String accept(TestGateway gateway, String id, String body) {
        HttpResponse<String> answer = gateway.send(gateway.event(id, body));
        assertThat(answer.statusCode()).as(answer.body()).isIn(201, 202);
        return json(answer).get("id").asText();
    }

    private static JsonNode await(TestGateway gateway, String id, String state) {
        Awaitility.await().untilAsserted(() -> assertThat(json(gateway.management("/api/events/" + id))
                        .get("state")
                        .asText())
                .isEqualTo(state));
        return json(gateway.management("/api/events/" + id));
    }

    private static List<String> eventIds(TestGateway gateway, String query) {
        List<String> ids = new ArrayList<>();
        json(gateway.management("/api/events" + query))
                .get("items")
                .forEach(item -> ids.add(item.get("eventId").asText()));
        return ids;
    }

    /** Events that are dead since no stream takes their size, accepted while NATS was away. */
    private List<String> deadOnes(TestGateway gateway, NatsServer nats, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(accept(gateway, "large-" + i, "\"" + "x".repeat(4_000) + "\""));
        }
        nats.restart();
        ids.forEach(id -> await(gateway, id, "dead"));
        return ids;
    }

    @Test
    void events_are_listed_newest_first_and_a_cursor_goes_through_all_of_them() {
        try (TestGateway gateway = gateway().start()) {
            // Given
            for (int i = 0; i < 7; i++) {
                accept(gateway, "e" + i, "{}");
            }

            // When
            List<String> seen = new ArrayList<>();
            String next = "";
            int pages = 0;
            while (next != null) {
                JsonNode page =
                        json(gateway.management("/api/events?limit=3" + (next.isEmpty() ? "" : "&cursor=" + next)));
                page.get("items").forEach(item -> seen.add(item.get("eventId").asText()));
                next = page.get("next").isNull() ? null : page.get("next").asText();
                pages++;
            }

            // Then
            assertThat(seen).containsExactly("e6", "e5", "e4", "e3", "e2", "e1", "e0");
            assertThat(pages).isEqualTo(3);
            assertThat(json(gateway.management("/api/events?limit=7"))
                            .get("next")
                            .isNull())
                    .isTrue();
        }
    }

    @Test
    void a_list_is_filtered_by_state_webhook_type_source_and_time() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.cloudevents");
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .webhook("shop", "verify", "none", "type", "com.shop.sold", "source", "/shop")
                    .start()) {
                // Given: nothing takes the subject of the shop
                String first = accept(gateway, "first", "{}");
                String second = accept(gateway, "second", "{}");
                await(gateway, first, "processed");
                String since =
                        await(gateway, second, "processed").get("acceptedAt").asText();
                gateway.send(gateway.request("/hooks/shop").POST(HttpRequest.BodyPublishers.ofString("{\"sold\":1}")));

                // Then
                assertThat(eventIds(gateway, "")).hasSize(3);
                assertThat(eventIds(gateway, "?state=processed")).containsExactly("second", "first");
                assertThat(eventIds(gateway, "?state=accepted")).hasSize(1).doesNotContain("first", "second");
                assertThat(eventIds(gateway, "?state=accepted,processed")).hasSize(3);
                assertThat(eventIds(gateway, "?state=dead")).isEmpty();
                assertThat(eventIds(gateway, "?state=&webhook=&type=&source=&since=&until=&limit=&cursor="))
                        .hasSize(3);
                assertThat(eventIds(gateway, "?webhook=cloudevents")).containsExactly("second", "first");
                assertThat(eventIds(gateway, "?webhook=shop&type=com.shop.sold&source=%2Fshop"))
                        .hasSize(1);
                assertThat(eventIds(gateway, "?type=com.example.tested&source=%2Ftest"))
                        .containsExactly("second", "first");
                assertThat(eventIds(gateway, "?source=/nowhere")).isEmpty();
                assertThat(eventIds(gateway, "?webhook=cloudevents&since=" + since))
                        .startsWith("second");
                assertThat(eventIds(gateway, "?until=" + since)).doesNotContain("second");
                assertThat(eventIds(gateway, "?since=2020-01-01T00:00:00+01:00&until=2020-01-02T00:00:00Z"))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?state=lost",
                "?since=yesterday",
                "?since=%2B999999999-01-01T00:00:00Z",
                "?until=-999999999-01-01T00:00:00Z",
                "?until=2026-13-01T00:00:00Z",
                "?limit=0",
                "?limit=1001",
                "?limit=-1",
                "?limit=ten",
                "?cursor=AAAA",
                "?cursor=%00",
                "?unknown=1",
                "?state=dead&state=dead",
                "?type=%zz"
            })
    void a_bad_value_is_an_invalid_request(String query) throws Exception {
        try (TestGateway gateway = gateway().start()) {
            String target = query.replace("%zz", "%25zz");
            HttpResponse<String> answer = gateway.management("/api/events" + target);
            if (target.equals(query)) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(json(answer).get("type").asText()).isEqualTo("urn:bactrian:problem:invalid-request");
            } else {
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_cursor_that_was_changed_or_belongs_to_another_filter_is_refused() {
        try (TestGateway gateway = gateway().start()) {
            for (int i = 0; i < 3; i++) {
                accept(gateway, "e" + i, "{}");
            }
            String next =
                    json(gateway.management("/api/events?limit=1")).get("next").asText();
            for (int i = 0; i < next.length() - 1; i++) {
                char other = next.charAt(i) == 'A' ? 'B' : 'A';
                String changed = next.substring(0, i) + other + next.substring(i + 1);
                assertThat(gateway.management("/api/events?cursor=" + changed).statusCode())
                        .as(changed)
                        .isEqualTo(400);
            }
            assertThat(gateway.management("/api/events?state=dead&cursor=" + next)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(gateway.management("/api/events?limit=2&cursor=" + next).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void everything_is_told_of_one_event_and_its_data_comes_byte_for_byte() throws Exception {
        try (TestGateway gateway = gateway()
                .webhook("raw", "verify", "none", "keepHeaders", "X-Trace", "type", "t", "source", "/s")
                .start()) {
            // Given
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < 256; i++) {
                bytes.write(i);
            }
            HttpResponse<String> accepted = gateway.send(gateway.request("/hooks/raw")
                    .header("Content-Type", "text/html")
                    .header("X-Trace", "t-1")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray())));
            String id = json(accepted).get("id").asText();

            // When
            JsonNode event = json(gateway.management("/api/events/" + id));
            HttpResponse<byte[]> data = HttpClient.newHttpClient()
                    .send(
                            gateway.managing("/api/events/" + id + "/data").build(),
                            HttpResponse.BodyHandlers.ofByteArray());

            // Then
            assertThat(event.get("state").asText()).isEqualTo("accepted");
            assertThat(event.get("webhook").asText()).isEqualTo("raw");
            assertThat(event.get("natsSubject").asText()).isEqualTo("events.raw");
            assertThat(event.get("dataSize").asInt()).isEqualTo(256);
            assertThat(event.at("/attributes/source").asText()).isEqualTo("/s");
            assertThat(event.at("/keptHeaders/0/value").asText()).isEqualTo("t-1");
            assertThat(event.get("messageId").asText()).hasSize(43);
            assertThat(data.statusCode()).isEqualTo(200);
            assertThat(data.body()).isEqualTo(bytes.toByteArray());
            assertThat(data.headers().firstValue("Content-Type")).hasValue("text/html");
            assertThat(data.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(gateway.management("/api/events/AAAAAAAAAAAAAAAAAAAAAA").statusCode())
                    .isEqualTo(404);
            assertThat(gateway.management("/api/events/x/data").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void a_processed_event_is_published_again_inside_the_duplicate_window() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = gateway().nats(nats).start()) {
                // Given
                String id = accept(gateway, "again", "{\"n\":1}");
                await(gateway, id, "processed");

                // When
                HttpResponse<String> replayed = gateway.managing(
                        "/api/events/" + id + "/replay", "{\"reason\":\"consumer\\nlost \\\"it\\\"\"}");

                // Then
                assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(202);
                Awaitility.await().untilAsserted(() -> assertThat(nats.messageCount("EVENTS"))
                        .isEqualTo(2));
                JsonNode event = await(gateway, id, "processed");
                assertThat(event.get("replays").asInt()).isEqualTo(1);
                assertThat(event.at("/published/sequence").asInt()).isEqualTo(2);
                assertThat(event.at("/published/duplicate").asBoolean()).isFalse();
                assertThat(event.get("messageId").asText()).endsWith("#r1");
                assertThat(audit.list).hasSize(1);
                assertThat(audit.list.get(0).getFormattedMessage())
                        .contains("action=replay event=" + id)
                        .contains("was=processed")
                        .contains("who=127.0.0.1:")
                        .contains("reason=\"consumer_lost _it_\"");
            }
        }
    }

    @Test
    void a_dead_event_keeps_its_history_over_a_replay() {
        try (NatsServer nats = smallMessages()) {
            nats.stop();
            try (TestGateway gateway = gateway().nats(nats).start()) {
                // Given
                String id = deadOnes(gateway, nats, 1).get(0);
                JsonNode before = json(gateway.management("/api/events/" + id));
                allowLarge(nats);

                // When
                assertThat(gateway.managing("/api/events/" + id + "/replay", "").statusCode())
                        .isEqualTo(202);

                // Then
                JsonNode after = await(gateway, id, "processed");
                assertThat(after.get("attempts").asInt())
                        .isEqualTo(before.get("attempts").asInt())
                        .isPositive();
                assertThat(after.get("firstError")).isEqualTo(before.get("firstError"));
                assertThat(after.get("lastError")).isEqualTo(before.get("lastError"));
                assertThat(after.at("/lastError/class").asText()).isEqualTo("event");
                assertThat(json(gateway.get("/events/" + id)).get("lastError").isNull())
                        .isTrue();
            }
        }
    }

    @Test
    void what_cannot_be_changed_says_so() {
        try (TestGateway gateway = gateway().start()) {
            String id = accept(gateway, "pending", "{}");
            for (String path : List.of("/api/events/" + id + "/replay", "/api/events/" + id + "/discard?x=1")) {
                HttpResponse<String> answer = gateway.managing(path, "");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(json(answer).get("title").asText()).isEqualTo("The request is not valid");
            }
            assertThat(gateway.managing("/api/events/" + id + "/discard", "{\"why\":\"x\"}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(gateway.managing("/api/events/nothing/discard", "").statusCode())
                    .isEqualTo(404);
            assertThat(gateway.management("/api/events/" + id + "/replay").statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void an_accepted_event_is_discarded_with_a_reason_and_never_published() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            nats.stop();
            try (TestGateway gateway = gateway().nats(nats).start()) {
                // Given
                String given = accept(gateway, "given-up", "{}");
                String kept = accept(gateway, "kept", "{}");

                // When
                HttpResponse<String> answer =
                        gateway.managing("/api/events/" + given + "/discard", "{\"reason\":\"test data\"}");

                // Then
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(json(answer).get("state").asText()).isEqualTo("discarded");
                assertThat(json(answer).at("/lastError/message").asText()).isEqualTo("test data");
                nats.restart();
                await(gateway, kept, "processed");
                assertThat(nats.messages("EVENTS").stream().map(m -> m.header("ce-id")))
                        .containsExactly("kept");
                assertThat(gateway.metric("bactrian_journal_pending")).isZero();
            }
        }
    }

    @Test
    void an_event_that_is_discarded_while_it_waits_for_its_next_quick_try_is_not_tried_again() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            nats.stop();
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.delivery.backoff-initial", "2s")
                    .set("bactrian.delivery.backoff-max", "2s")
                    .start()) {
                // Given: its try fails, and the next is due in two seconds
                String given = accept(gateway, "given-up", "{}");
                Journal journal = JournalService.of(gateway.gateway().context()).journal();
                Awaitility.await().until(() -> journal.stats().inFlight() == 1);
                String kept = accept(gateway, "kept", "{}");

                // When
                assertThat(gateway.managing("/api/events/" + given + "/discard", "")
                                .statusCode())
                        .isEqualTo(200);
                nats.restart();

                // Then
                await(gateway, kept, "processed");
                assertThat(nats.messages("EVENTS").stream().map(m -> m.header("ce-id")))
                        .containsExactly("kept");
                assertThat(await(gateway, given, "discarded")
                                .at("/lastError/class")
                                .asText())
                        .isEqualTo("discarded");
                assertThat(gateway.metric("bactrian_journal_pending")).isZero();
            }
        }
    }

    @Test
    void dead_events_are_grouped_by_reason_counted_and_replayed_by_group() {
        try (NatsServer nats = smallMessages()) {
            nats.stop();
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.admin.replay-rate", "1000")
                    .start()) {
                // Given
                List<String> dead = deadOnes(gateway, nats, 12);
                String fine = accept(gateway, "fine", "{}");
                await(gateway, fine, "processed");

                // When
                JsonNode groups = json(gateway.management("/api/dead"));
                HttpResponse<String> dry =
                        gateway.managing("/api/replays", "{\"filter\":{\"reason\":\"event\"},\"dryRun\":true}");

                // Then
                assertThat(groups.get("items")).hasSize(1);
                assertThat(groups.at("/items/0/reason").asText()).isEqualTo("event");
                assertThat(groups.at("/items/0/count").asInt()).isEqualTo(12);
                assertThat(groups.at("/items/0/lastMessage").asText()).isNotBlank();
                assertThat(gateway.management(groups.at("/items/0/example").asText())
                                .statusCode())
                        .isEqualTo(200);
                assertThat(dry.statusCode()).isEqualTo(200);
                assertThat(json(dry)).isEqualTo(TestGateway.JSON.valueToTree(Map.of("matched", 12)));
                assertThat(eventIds(gateway, "?state=dead")).hasSize(12);
                assertThat(audit.list).isEmpty();

                // When
                allowLarge(nats);
                HttpResponse<String> begun = gateway.managing(
                        "/api/replays",
                        "{\"filter\":{\"state\":\"dead\",\"reason\":\"event\"},\"reason\":\"larger now\"}");

                // Then
                assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
                assertThat(json(begun).get("matched").asInt()).isEqualTo(12);
                String location = begun.headers().firstValue("Location").orElseThrow();
                assertThat(location)
                        .isEqualTo("/api/replays/" + json(begun).get("id").asText());
                Awaitility.await().untilAsserted(() -> assertThat(
                                json(gateway.management(location)).get("state").asText())
                        .isEqualTo("done"));
                JsonNode done = json(gateway.management(location));
                assertThat(done.get("replayed").asInt()).isEqualTo(12);
                dead.forEach(id -> await(gateway, id, "processed"));
                assertThat(nats.messageCount("EVENTS")).isEqualTo(13);
                assertThat(audit.list.stream().map(ILoggingEvent::getFormattedMessage))
                        .hasSize(2)
                        .anyMatch(line -> line.contains("action=replays-begin")
                                && line.contains(" filter={state=dead, reason=event} ")
                                && line.contains("larger now"))
                        .anyMatch(line -> line.contains("action=replays-done")
                                && line.contains("replayed=12")
                                && line.endsWith("reason=\"larger now\""));
                assertThat(json(gateway.management("/api/replays")).get("items"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void a_replay_keeps_to_its_rate_and_is_cancelled() {
        try (NatsServer nats = smallMessages()) {
            nats.stop();
            try (TestGateway gateway =
                    gateway().nats(nats).set("bactrian.admin.replay-rate", "1").start()) {
                // Given: pages of a hundred, one of them each hundred seconds
                deadOnes(gateway, nats, 120);
                HttpResponse<String> begun = gateway.managing("/api/replays", "{\"filter\":{\"state\":\"dead\"}}");
                String location = begun.headers().firstValue("Location").orElseThrow();
                Awaitility.await().untilAsserted(() -> assertThat(json(gateway.management(location))
                                .get("replayed")
                                .asInt())
                        .isEqualTo(100));

                // When
                JsonNode cancelled =
                        json(gateway.send(gateway.managing(location).DELETE()));

                // Then
                assertThat(cancelled.get("state").asText()).isEqualTo("cancelled");
                assertThat(cancelled.get("replayed").asInt()).isEqualTo(100);
                assertThat(cancelled.get("matched").asInt()).isEqualTo(120);
                assertThat(gateway.management("/api/replays/unknown").statusCode())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void a_replay_means_what_was_so_when_it_was_asked_for_and_goes_from_the_oldest_to_the_newest() {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            String replay;
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.admin.replay-rate", "100")
                    .start()) {
                // Given
                for (int i = 0; i < 105; i++) {
                    accept(gateway, "e" + i, "{}");
                }
                Awaitility.await().until(() -> gateway.metric("bactrian_journal_pending") == 0);

                // When: one that is accepted and processed while it runs, one that somebody else replays
                HttpResponse<String> begun = gateway.managing(
                        "/api/replays", "{\"filter\":{\"webhook\":\"cloudevents\"},\"reason\":\"why\"}");
                replay = begun.headers().firstValue("Location").orElseThrow();
                String last = json(gateway.management("/api/events?limit=1"))
                        .at("/items/0/id")
                        .asText();
                assertThat(gateway.managing("/api/events/" + last + "/replay", "")
                                .statusCode())
                        .isEqualTo(202);
                await(gateway, accept(gateway, "later", "{}"), "processed");

                // Then
                Awaitility.await().untilAsserted(() -> assertThat(
                                json(gateway.management(replay)).get("state").asText())
                        .isEqualTo("done"));
                JsonNode done = json(gateway.management(replay));
                assertThat(done.get("matched").asInt()).isEqualTo(105);
                assertThat(done.get("replayed").asInt()).isEqualTo(104);
                assertThat(done.get("skipped").asInt()).isEqualTo(1);
                assertThat(done.get("filter"))
                        .isEqualTo(TestGateway.JSON.valueToTree(
                                Map.of("state", "processed,dead", "webhook", "cloudevents")));
                assertThat(done.get("reason").asText()).isEqualTo("why");
                assertThat(done.get("who").asText()).startsWith("127.0.0.1:");
                Awaitility.await().untilAsserted(() -> assertThat(nats.messageCount("EVENTS"))
                        .isEqualTo(105 + 1 + 1 + 104));
                assertThat(nats.messages("EVENTS").stream()
                                .filter(message -> message.messageId().endsWith("#r1"))
                                .map(message -> message.header("ce-id"))
                                .filter(id -> !id.equals("e104")))
                        .isEqualTo(
                                IntStream.range(0, 104).mapToObj(i -> "e" + i).toList());
            }
            // When: somebody has damaged one of two files
            writeString(directory.resolve("journal").resolve("replays").resolve("damaged.properties"), "phase=LOST");
            try (TestGateway gateway = gateway().nats(nats).start()) {
                // Then
                assertThat(json(gateway.management("/api/replays")).get("items"))
                        .singleElement()
                        .isEqualTo(json(gateway.management(replay)));
            }
        }
    }

    @Test
    void a_replay_that_cannot_be_written_down_is_refused() {
        try (TestGateway gateway = gateway().start()) {
            // Given: no directory can be made of that name
            writeString(directory.resolve("journal").resolve("replays"), "");

            // When
            HttpResponse<String> answer = gateway.managing("/api/replays", "{\"filter\":{}}");

            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(json(answer).get("type").asText()).isEqualTo("urn:bactrian:problem:journal-unavailable");
            assertThat(json(gateway.management("/api/replays"))
                            .at("/items/0/state")
                            .asText())
                    .isEqualTo("failed");
        }
    }

    @Test
    void a_cancel_is_answered_when_it_is_written_down_and_not_before() throws IOException {
        try (NatsServer nats = smallMessages()) {
            nats.stop();
            String location;
            try (TestGateway gateway =
                    gateway().nats(nats).set("bactrian.admin.replay-rate", "1").start()) {
                // Given: the file cannot be written, since there is a directory in the way
                deadOnes(gateway, nats, 120);
                HttpResponse<String> begun = gateway.managing("/api/replays", "{\"filter\":{\"state\":\"dead\"}}");
                location = begun.headers().firstValue("Location").orElseThrow();
                Awaitility.await().untilAsserted(() -> assertThat(json(gateway.management(location))
                                .get("replayed")
                                .asInt())
                        .isEqualTo(100));
                Path inTheWay = Files.createDirectory(directory
                        .resolve("journal")
                        .resolve("replays")
                        .resolve(location.substring("/api/replays/".length()) + ".properties.tmp"));

                // Then
                for (int i = 0; i < 2; i++) {
                    assertThat(gateway.send(gateway.managing(location).DELETE()).statusCode())
                            .isEqualTo(503);
                }
                Files.delete(inTheWay);
                assertThat(gateway.send(gateway.managing(location).DELETE()).statusCode())
                        .isEqualTo(200);
            }
            try (TestGateway gateway = gateway().nats(nats).start()) {
                assertThat(json(gateway.management(location)).get("state").asText())
                        .isEqualTo("cancelled");
            }
        }
    }

    @Test
    void an_event_whose_payload_cannot_be_read_is_shown_and_discarded_all_the_same() {
        try (TestGateway gateway = gateway().start()) {
            // Given: of a later version
            JournalService service = JournalService.of(gateway.gateway().context());
            Key key = Key.of("/test", "unreadable");
            service.journal().append(key, new byte[] {9, 9}, Runnable::run).join();
            String path = "/api/events/" + service.statusIds().idOf(key);

            // Then
            assertThat(gateway.management(path).statusCode()).isEqualTo(200);
            assertThat(gateway.management(path + "/data").statusCode()).isEqualTo(404);
            assertThat(gateway.managing(path + "/discard", "").statusCode()).isEqualTo(200);
            assertThat(gateway.managing(path + "/replay", "").statusCode()).isEqualTo(400);
            assertThat(json(gateway.management(path)).get("state").asText()).isEqualTo("discarded");
        }
    }

    private static void writeString(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"filter\":1}",
                "{\"filter\":{\"state\":\"lost\"}}",
                "{\"filter\":{\"state\":\"accepted\"}}",
                "{\"filter\":{\"state\":1}}",
                "{\"filter\":{\"unknown\":\"x\"}}",
                "{\"filter\":{\"since\":\"now\"}}",
                "{\"filter\":{},\"dryRun\":\"yes\"}",
                "{\"filter\":{},\"unknown\":true}",
                "{\"filter\":{},\"filter\":{}}",
                "{\"filter\":{}} x"
            })
    void a_replay_request_that_is_not_understood_is_refused(String body) {
        try (TestGateway gateway = gateway().start()) {
            HttpResponse<String> answer = gateway.managing("/api/replays", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(json(answer).get("type").asText()).isEqualTo("urn:bactrian:problem:invalid-request");
            assertThat(json(gateway.management("/api/replays")).get("items")).isEmpty();
        }
    }

    @Test
    void dead_letters_go_to_a_subject_of_their_own_when_it_is_set() {
        try (NatsServer nats = smallMessages()) {
            nats.createStream("DEAD", "dead.>");
            nats.stop();
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.delivery.dead-letter-subject", "dead.${exchangeProperty.BactrianFailureClass}")
                    .start()) {
                // When
                String id = deadOnes(gateway, nats, 1).get(0);

                // Then
                Awaitility.await().untilAsserted(() -> assertThat(nats.messageCount("DEAD"))
                        .isEqualTo(1));
                assertThat(nats.messages("DEAD").get(0).subject()).isEqualTo("dead.event");
                assertThat(nats.messages("DEAD").get(0).header("ce-id")).isEqualTo("large-0");
                assertThat(nats.messages("DEAD").get(0).header("Nats-Msg-Id")).endsWith("#dead");
                assertThat(json(gateway.management("/api/events/" + id))
                                .get("state")
                                .asText())
                        .isEqualTo("dead");
            }
        }
    }

    @Test
    void a_dead_letter_that_cannot_be_published_is_dead_all_the_same_and_the_log_names_it() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("dead-letter");
        logger.addAppender(log);
        try (NatsServer nats = smallMessages()) {
            nats.stop();
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.delivery.dead-letter-subject", "nobody.takes.this")
                    .start()) {
                String id = deadOnes(gateway, nats, 1).get(0);
                String fine = accept(gateway, "fine", "{}");
                await(gateway, fine, "processed");
                assertThat(json(gateway.management("/api/events/" + id))
                                .get("state")
                                .asText())
                        .isEqualTo("dead");
                Awaitility.await().untilAsserted(() -> assertThat(List.copyOf(log.list))
                        .singleElement()
                        .satisfies(line -> assertThat(line.getFormattedMessage())
                                .startsWith("A dead letter was not published: ")
                                .endsWith(" event=" + id)));
            }
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void the_description_of_both_ports_is_served() {
        try (TestGateway gateway = gateway().start()) {
            HttpResponse<String> answer = gateway.management("/openapi.yaml");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("openapi: 3.1.0").contains("/api/replays");
        }
    }
}
