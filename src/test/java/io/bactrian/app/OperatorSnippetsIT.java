package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** The lines that docs/operations.md and docs/runbook.md give to operators, pasted into a shell beside a running gateway. */
@ExtendWith(NatsServerExtension.class)
class OperatorSnippetsIT {

    private static final String PAYLOAD = "\"" + "x".repeat(4_000) + "\"";

    /** A refusal of the gateway ends a line with an error, as a person would notice it. */
    private static final String SHELL = """
            set -o pipefail
            curl() { command curl -sSf "$@"; }
            bactrian() { "$JAVA" -jar "$JAR" "$@"; }
            """;

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    Path directory;

    /** What a line said on standard output, with the id of an event where the page has {@code ID}. */
    private String paste(String shown, TestGateway gateway, String id) {
        String line = shown.replace("127.0.0.1:8081", "127.0.0.1:" + gateway.managementPort())
                .replaceAll("\\bID\\b(?=( |$))", id);
        environment.put("ID", id);
        Snippets.Pasted pasted = Snippets.paste(SHELL + line, directory, environment);
        // grep finds nothing where nothing is wrong
        assertThat(pasted.code())
                .as("%s: %s", line, pasted.errors())
                .isIn(0, line.contains("| grep") && pasted.errors().isEmpty() ? 1 : 0);
        return pasted.output();
    }

    private TestGateway gateway(NatsServer nats) {
        TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("github", "verify", "none")
                .set("bactrian.admin.token", "s3cret")
                .start();
        environment.put("TOKEN", "Authorization: Bearer s3cret");
        environment.put("BACTRIAN_ADMIN_TOKEN", "s3cret");
        environment.put("CAMEL_MANAGEMENT_PORT", String.valueOf(gateway.managementPort()));
        environment.put(
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        environment.put("JAR", GatewayProcess.JAR.toString());
        return gateway;
    }

    private JsonNode look(TestGateway gateway, String path) {
        return json(gateway.send(gateway.managing(path).header("Authorization", "Bearer s3cret")));
    }

    /** Ids of events that are dead since they are too large for the stream, accepted while that was not known. */
    private List<String> deadOnes(TestGateway gateway, NatsServer nats, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(json(gateway.send(gateway.request("/hooks/github")
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(PAYLOAD))))
                    .get("id")
                    .asText());
        }
        nats.restart();
        Awaitility.await()
                .until(() ->
                        look(gateway, "/api/events?state=dead").get("items").size() == count);
        return ids;
    }

    /** A stream that takes small messages, and is away. */
    private static NatsServer smallMessages() {
        NatsServer nats = NatsServer.start();
        nats.createStreamUpTo(2_000, "EVENTS", "events.>");
        nats.stop();
        return nats;
    }

    @Test
    void the_curl_lines_and_the_commands_of_the_page_on_operating_do_what_it_says() throws Exception {
        try (NatsServer nats = smallMessages();
                TestGateway gateway = gateway(nats)) {
            // Given
            List<String> dead = deadOnes(gateway, nats, 4);
            Map<String, String> said = new HashMap<>();

            // When
            for (String line : Snippets.shellLines("operations.md")) {
                String id = dead.get(line.contains("bactrian ") ? 1 : 0);
                String output = paste(line, gateway, id);
                said.put(line.replaceFirst("^curl -H \"\\$TOKEN\" ", "").replace("http://127.0.0.1:8081", ""), output);
                if (line.contains("/api/replays") && output.contains("\"id\"")) {
                    environment.put(
                            "REPLAY",
                            TestGateway.JSON.readTree(output).get("id").asText());
                }
            }

            // Then: over HTTP
            assertThat(answer(said, "'/api/events?state=dead&webhook=github&limit=20'")
                            .get("items"))
                    .hasSize(4);
            assertThat(answer(said, "/api/dead").at("/items/0/count").asInt()).isEqualTo(4);
            assertThat(answer(said, "-X POST /api/events/$ID/replay -d '{\"reason\":\"consumer was broken\"}'")
                            .get("state")
                            .asText())
                    .isEqualTo("accepted");
            assertThat(answer(said, "-X POST /api/events/$ID/discard -d '{\"reason\":\"test data\"}'")
                            .get("state")
                            .asText())
                    .isEqualTo("discarded");
            assertThat(answer(
                                    said,
                                    "-X POST /api/replays -d '{\"filter\":{\"state\":\"dead\",\"reason\":\"event\"},\"dryRun\":true}'")
                            .get("matched")
                            .asInt())
                    .isEqualTo(3);
            assertThat(answer(
                                    said,
                                    "-X POST /api/replays -d '{\"filter\":{\"state\":\"dead\",\"reason\":\"event\"},\"reason\":\"limit raised\"}'")
                            .get("matched")
                            .asInt())
                    .isEqualTo(3);
            assertThat(answer(said, "/api/replays/$REPLAY").get("reason").asText())
                    .isEqualTo("limit raised");
            assertThat(answer(said, "-X DELETE /api/replays/$REPLAY")
                            .get("state")
                            .asText())
                    .isIn("done", "cancelled");

            // Then: from a terminal
            assertThat(said.get("bactrian events list --state dead --since 2h")).startsWith("ID ");
            assertThat(answer(said, "bactrian events list --webhook github --json")
                            .get("items"))
                    .hasSize(4);
            assertThat(answer(said, "bactrian events show ID").get("id").asText())
                    .isEqualTo(dead.get(1));
            assertThat(Files.readString(directory.resolve("payload.json"), StandardCharsets.UTF_8))
                    .isEqualTo(PAYLOAD);
            assertThat(said.get("bactrian events replay ID --reason \"consumer was broken\""))
                    .contains(dead.get(1) + " is pending again");
            assertThat(said.get("bactrian events replay --state dead --error event --dry-run"))
                    .containsPattern("events? match");
            assertThat(said.get("bactrian events discard ID --reason \"test data\""))
                    .contains(dead.get(1) + " is discarded");
            assertThat(said).containsKey("source <(bactrian completion)");
        }
    }

    private static JsonNode answer(Map<String, String> said, String line) throws IOException {
        assertThat(said).containsKey(line);
        return TestGateway.JSON.readTree(said.get(line));
    }

    @Test
    void the_example_of_dead_letters_has_the_members_of_the_answer() throws Exception {
        try (NatsServer nats = smallMessages();
                TestGateway gateway = gateway(nats)) {
            // Given
            deadOnes(gateway, nats, 1);
            JsonNode shown = TestGateway.JSON.readTree(
                    Snippets.of("operations.md", "json").get(0));

            // When
            JsonNode answer = look(gateway, "/api/dead");

            // Then
            assertThat(shown.fieldNames()).toIterable().containsExactlyElementsOf(answer::fieldNames);
            assertThat(shown.at("/items/0").fieldNames())
                    .toIterable()
                    .containsExactlyElementsOf(() -> answer.at("/items/0").fieldNames());
        }
    }

    @Test
    void the_lines_of_the_runbook_find_what_they_look_for() throws Exception {
        try (NatsServer nats = smallMessages();
                TestGateway gateway = gateway(nats)) {
            // Given
            String dead = deadOnes(gateway, nats, 1).get(0);

            for (String line : Snippets.shellLines("runbook.md")) {
                if (line.startsWith("docs/gameday.sh")) {
                    continue; // GameDayIT
                }

                // When
                String output = paste(line, gateway, dead);

                // Then
                if (line.contains("/observe/health")) {
                    assertThat(output).as(line).contains("\"status\":\"UP\"");
                } else if (line.contains("status=\"5")) {
                    assertThat(output).as(line).isEmpty(); // a healthy gateway has none
                } else {
                    assertThat(output)
                            .as(line)
                            .containsAnyOf(
                                    "bactrian_journal_pending",
                                    "\"reason\":\"event\",\"count\":1",
                                    dead,
                                    "1 event matches",
                                    "done: 1 of 1 events replayed");
                }
            }
        }
    }
}
