package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Each folder of {@code examples/}, copied as a user would: a gateway on its configuration, its script, and the stream. */
@ExtendWith(NatsServerExtension.class)
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("examples");

    private final int port = NatsServer.freePort();
    private final int managementPort = NatsServer.freePort();

    @TempDir
    Path directory;

    static List<String> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private Path copy(String name) throws IOException {
        Path copy = TestGateway.folder(directory, "examples/" + name);
        try (Stream<Path> files = Files.list(EXAMPLES.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    private static List<String> blocks(Path folder, String language) {
        return Snippets.of(folder.resolve("README.md"), language);
    }

    private static String secretName(Path folder) throws IOException {
        Matcher name = Pattern.compile("\\{\\{env:([A-Z_]+)}}")
                .matcher(Files.readString(folder.resolve("application.properties")));
        assertThat(name.find()).isTrue();
        return name.group(1);
    }

    private GatewayProcess bactrian(Path folder, String command, Map<String, String> environment, NatsServer nats) {
        return GatewayProcess.start(
                folder,
                environment,
                command,
                "--config",
                "application.properties",
                "-Dbactrian.nats.servers=" + nats.url(),
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.journal.segment-size=1MiB",
                "-Dbactrian.journal.max-size=64MiB",
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + managementPort);
    }

    private Snippets.Pasted paste(String line, Map<String, String> environment) {
        return Snippets.paste(line, directory, environment);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void what_its_script_signs_and_sends_lies_in_the_stream_as_its_page_says(String name) throws Exception {
        FaultNeeds.needProgram("openssl", "apt-get install openssl");
        FaultNeeds.needProgram("curl", "apt-get install curl");
        // Given
        Path folder = copy(name);
        String secret = secretName(folder);
        Map<String, String> environment = new TreeMap<>(
                Map.of(secret, "made-up-secret", "BACTRIAN_EVENTS_TOKEN", "t", "GATEWAY", "http://127.0.0.1:" + port));
        List<String> lines = new ArrayList<>(blocks(folder, "sh")
                .get(1)
                .lines()
                .filter(line -> line.startsWith("examples/"))
                .toList());
        assertThat(blocks(folder, "sh").get(0))
                .contains(secret, "--config examples/" + name + "/application.properties");
        try (NatsServer nats = NatsServer.start();
                GatewayProcess gateway =
                        bactrian(folder, "run", environment, nats).awaitReady(managementPort)) {
            // When
            for (String line : lines) {
                Snippets.Pasted pasted = paste(line, environment);
                assertThat(pasted.output()).as("%s: %s", pasted, gateway.log()).contains("HTTP/1.1 20");
                assertThat(pasted.code()).as("%s: %s", pasted, gateway.log()).isZero();
            }

            // Then
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> nats.messages("EVENTS").size() == 1);
            StoredMessage message = nats.messages("EVENTS").get(0);
            assertThat(message.subject()).isEqualTo("events." + name);
            assertThat(message.data()).isEqualTo(Files.readAllBytes(folder.resolve("payload.json")));
            TestGateway.JSON
                    .readTree(blocks(folder, "json").get(0))
                    .properties()
                    .forEach(header -> assertThat(message.header(header.getKey()))
                            .as(header.getKey())
                            .isEqualTo(header.getValue().asText()));

            // Then: what comes again makes no second copy, and another secret is refused
            String last = lines.get(lines.size() - 1);
            assertThat(paste(last, environment).output()).contains("HTTP/1.1 200", "Bactrian-Duplicate: true");
            environment.put(secret, "another");
            Snippets.Pasted refused = paste(last, environment);
            assertThat(refused.output()).contains("HTTP/1.1 401");
            assertThat(refused.code()).isNotZero();
            assertThat(nats.messages("EVENTS")).hasSize(1);

            // Then: the check that the page advises finds nothing wrong
            try (GatewayProcess check = bactrian(folder, "check", environment, nats)) {
                assertThat(check.awaitExit()).as(check.log()).isZero();
            }
        }
    }
}
