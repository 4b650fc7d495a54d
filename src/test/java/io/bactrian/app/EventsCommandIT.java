package io.bactrian.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** bactrian events and bactrian completion, against a running gateway. */
@ExtendWith(NatsServerExtension.class)
class EventsCommandIT {

    @TempDir
    Path directory;

    /** What a command said, and its exit code. */
    private record Said(int code, String out, String err) {}

    private static Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Bactrian.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = commandLine.execute(arguments);
        return new Said(code, out.toString(), err.toString());
    }

    private static Said events(TestGateway gateway, String... arguments) {
        List<String> all = new ArrayList<>(List.of("events"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + gateway.managementPort(), "-Dbactrian.admin.token=secret"));
        return run(all.toArray(String[]::new));
    }

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal")).set("bactrian.admin.token", "secret");
    }

    private static String accept(TestGateway gateway, String id) {
        return json(gateway.send(gateway.event(id, "{\"n\":1}"))).get("id").asText();
    }

    @Test
    void events_are_listed_shown_replayed_and_discarded_from_a_terminal() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = gateway().nats(nats).start()) {
                // Given
                String first = accept(gateway, "first");
                String second = accept(gateway, "second");
                Awaitility.await().untilAsserted(() -> assertThat(
                                events(gateway, "list", "--state", "processed").out())
                        .contains(first, second));

                // Then: a table, the newest first, or JSON
                Said table = events(gateway, "list", "--webhook", "cloudevents", "--since", "1h");
                assertThat(table.code()).isZero();
                assertThat(table.out().lines().findFirst()).hasValueSatisfying(head -> assertThat(head)
                        .startsWith("ID ")
                        .contains("STATE")
                        .contains("ATTEMPTS"));
                assertThat(table.out().indexOf(second)).isLessThan(table.out().indexOf(first));
                JsonNode listed = TestGateway.JSON.readTree(
                        events(gateway, "list", "--json", "--limit", "1").out());
                assertThat(listed.get("items")).hasSize(1);
                assertThat(listed.at("/items/0/eventId").asText()).isEqualTo("second");
                assertThat(listed.get("next").asText()).isNotBlank();
                assertThat(events(gateway, "list", "--state", "dead").out()).isEqualToIgnoringNewLines("no events\n");
                JsonNode shown =
                        TestGateway.JSON.readTree(events(gateway, "show", first).out());
                assertThat(shown.get("state").asText()).isEqualTo("processed");

                // When: one, then all of a filter
                Said replayed = events(gateway, "replay", first, "--reason", "why not");
                assertThat(replayed.code()).as(replayed.err()).isZero();
                Awaitility.await().untilAsserted(() -> assertThat(nats.messageCount("EVENTS"))
                        .isEqualTo(3));
                Awaitility.await()
                        .untilAsserted(() -> assertThat(events(gateway, "replay", "--state", "processed", "--dry-run")
                                        .out())
                                .contains("2 events match"));
                Said all = events(gateway, "replay", "--state", "processed", "--reason", "again");
                assertThat(all.code()).as(all.err()).isZero();
                assertThat(all.out()).contains("2 of 2 events replayed");
                Awaitility.await().untilAsserted(() -> assertThat(nats.messageCount("EVENTS"))
                        .isEqualTo(5));
                Awaitility.await().untilAsserted(() -> assertThat(
                                events(gateway, "list", "--state", "processed").out())
                        .contains(first, second));

                // Then: what cannot be is a failure of one line
                Said refused = events(gateway, "discard", first, "--reason", "x");
                assertThat(refused.code()).isEqualTo(1);
                assertThat(refused.err())
                        .contains("bactrian: The event is processed")
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void a_replay_is_followed_over_a_restart_of_the_gateway() {
        TestGateway.Builder settings = gateway().set("bactrian.admin.replay-rate", "100");
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            settings.nats(nats);
            CompletableFuture<Said> said;
            try (TestGateway gateway = settings.start()) {
                // Given
                for (int i = 0; i < 205; i++) {
                    accept(gateway, "e" + i);
                }
                Awaitility.await().until(() -> gateway.metric("bactrian_journal_pending") == 0);
                said = CompletableFuture.supplyAsync(() -> events(gateway, "replay", "--state", "processed"));
                Awaitility.await().until(() -> nats.messageCount("EVENTS") >= 205 + 100);
            }

            // When
            try (TestGateway again = settings.start()) {
                // Then
                assertThat(said.join().out()).as(said.join().err()).contains("done: 205 of 205 events replayed");
                assertThat(said.join().code()).isZero();
                assertThat(again.metric("bactrian_journal_dead")).isZero();
            }
        }
    }

    @Test
    void who_ends_the_command_is_told_how_to_follow_the_replay_and_how_to_end_it() {
        TestGateway.Builder settings = gateway().set("bactrian.admin.replay-rate", "1");
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = settings.nats(nats).start()) {
                // Given
                for (int i = 0; i < 205; i++) {
                    accept(gateway, "e" + i);
                }
                Awaitility.await().until(() -> gateway.metric("bactrian_journal_pending") == 0);
                String url = "http://127.0.0.1:" + gateway.managementPort();

                // When
                String said;
                try (GatewayProcess command = GatewayProcess.start(
                        directory.resolve("command"),
                        Map.of("BACTRIAN_ADMIN_TOKEN", "secret"),
                        "events",
                        "replay",
                        "--state",
                        "processed",
                        "--url",
                        url)) {
                    Awaitility.await().until(() -> nats.messageCount("EVENTS") > 205);
                    Awaitility.await().until(() -> command.log().contains("has begun"));
                    command.terminate();
                    assertThat(command.awaitExit()).isNotZero();
                    said = command.log();
                }

                // Then
                Matcher hint = Pattern.compile("--cancel (\\S+)").matcher(said);
                assertThat(hint.find()).as(said).isTrue();
                String id = hint.group(1);
                assertThat(said).contains("The replay goes on", "--follow " + id);
                CompletableFuture<Said> followed =
                        CompletableFuture.supplyAsync(() -> events(gateway, "replay", "--follow", id));
                Said cancelled = events(gateway, "replay", "--cancel", id);
                assertThat(cancelled.code()).as(cancelled.err()).isZero();
                assertThat(cancelled.out()).startsWith("cancelled: ").contains(" of 205 events replayed");
                assertThat(followed.join().code()).isEqualTo(1);
                assertThat(followed.join().out()).startsWith("cancelled: ");
                assertThat(events(gateway, "replay", "--cancel", "unknown").code())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void a_replay_that_is_done_without_all_of_its_events_ends_with_1() throws Exception {
        try (NatsServer nats = NatsServer.start()) {
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = gateway()
                    .nats(nats)
                    .set("bactrian.admin.replay-rate", "100")
                    .start()) {
                // Given: the last of two pages is replayed by somebody else
                String last = "";
                for (int i = 0; i < 105; i++) {
                    last = accept(gateway, "e" + i);
                }
                Awaitility.await().until(() -> gateway.metric("bactrian_journal_pending") == 0);
                HttpRequest.Builder asked = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + gateway.managementPort() + "/api/replays"))
                        .header("Authorization", "Bearer secret")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"filter\":{\"state\":\"processed\"}}"));
                String begun = gateway.send(asked).body();
                assertThat(events(gateway, "replay", last).code()).isZero();

                // When
                Said followed = events(
                        gateway,
                        "replay",
                        "--follow",
                        TestGateway.JSON.readTree(begun).get("id").asText());

                // Then
                assertThat(followed.code()).isEqualTo(1);
                assertThat(followed.out()).startsWith("done: 104 of 105 events replayed, 1 skipped: ");
            }
        }
    }

    @Test
    void an_accepted_event_is_discarded() {
        try (TestGateway gateway = gateway().start()) {
            String id = accept(gateway, "unwanted");
            Said discarded = events(gateway, "discard", id, "--reason", "test");
            assertThat(discarded.code()).as(discarded.err()).isZero();
            assertThat(discarded.out()).contains("is discarded");
            Said unexplained = events(gateway, "discard", accept(gateway, "unexplained"));
            assertThat(unexplained.code()).as(unexplained.err()).isZero();
            assertThat(events(gateway, "list", "--state", "discarded", "--error", "discarded")
                            .out())
                    .contains(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cr,et", "other s3cr,et", "{{bactrian.nats.user}}"})
    void the_token_is_read_as_the_gateway_reads_it(String token) {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.admin.token", "s3cr,et other")
                .start()) {
            // When
            Said said = run(
                    "events",
                    "list",
                    "--url",
                    "http://127.0.0.1:" + gateway.managementPort(),
                    "-Dbactrian.admin.token=" + token,
                    "-Dbactrian.nats.user=s3cr,et");

            // Then
            assertThat(said.code()).as(said.err()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"schl\u00fcssel", "s3\u0001cret", ",", "{{env:BACTRIAN_TEST_UNSET}}", "{{nowhere:s3cret}}"})
    void a_token_that_cannot_be_sent_or_resolved_is_named_and_not_quoted(String token) {
        // When
        Said said = run("events", "list", "-Dbactrian.admin.token=" + token);

        // Then
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).startsWith("bactrian: bactrian.admin.token").doesNotContain("ssel", "s3\u0001cret");
    }

    @Test
    void a_wrong_token_no_gateway_and_wrong_usage_have_their_exit_codes() {
        try (TestGateway gateway = gateway().start()) {
            String url = "http://127.0.0.1:" + gateway.managementPort();
            Said unauthorized = run("events", "list", "--url", url);
            assertThat(unauthorized.code()).isEqualTo(1);
            assertThat(unauthorized.err()).contains("BACTRIAN_ADMIN_TOKEN");
            // what the API would read as no filter, or as the list
            for (String[] wrong : new String[][] {
                {"list", "--state", "lost"},
                {"replay", "--state", ""},
                {"replay", "--webhook", " ", "--dry-run"},
                {"list", "--since", "2026-01-02T03"},
                {"show", ""},
                {"data", ""},
                {"replay", ""},
                {"discard", "", "--reason", "x"},
                {"replay", "ID", "--dry-run"},
                {"replay", "--follow", "A", "--cancel", "A"},
                {"replay", "--cancel", "A", "--state", "dead"},
                {"replay", "--cancel", ""}
            }) {
                Said said = events(gateway, wrong);
                assertThat(said.code()).as(String.join(" ", wrong)).isEqualTo(2);
                assertThat(said.err())
                        .startsWith("bactrian: ")
                        .endsWith(String.format("bactrian events %s --help%n", wrong[0]))
                        .hasLineCount(2);
            }
        }
        assertThat(run("events", "list", "--url", "http://127.0.0.1:" + NatsServer.freePort()))
                .satisfies(said -> assertThat(said.code()).isEqualTo(1))
                .satisfies(said -> assertThat(said.err()).contains("no gateway answers at"));
        for (String[] wrong : new String[][] {
            {"events"},
            {"events", "list", "--limit", "none"},
            {"events", "list", "--since", "soon"},
            {"events", "show"},
            {"events", "replay"},
            {"events", "replay", "ID", "--state", "dead"},
            {"events", "discard"},
            {"events", "list", "--nothing"},
            {"events", "data", "ID", "--json"},
            {"events", "list", "--url", "8081"},
            {"events", "list", "--url", "http://127.0.0.1:8081/api"},
            {"events", "list", "--url", "http://a b"}
        }) {
            assertThat(run(wrong).code()).as(String.join(" ", wrong)).isEqualTo(2);
        }
    }

    @Test
    void help_has_examples_and_completion_knows_every_command() {
        assertThat(run("events", "--help").out()).contains("Examples:", "bactrian events list --state dead");
        Said completion = run("completion");
        assertThat(completion.code()).isZero();
        assertThat(completion.out())
                .contains("complete ")
                .contains("bactrian")
                .contains("--dry-run")
                .contains("discard")
                .contains("verify");
    }
}
