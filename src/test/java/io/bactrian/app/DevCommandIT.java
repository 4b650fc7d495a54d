package io.bactrian.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.bactrian.testing.NatsServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a newcomer does first: start {@code dev}, paste its lines, press Ctrl-C. */
class DevCommandIT {

    private final int managementPort = NatsServer.freePort();

    @TempDir
    Path directory;

    private GatewayProcess dev(Map<String, String> environment) {
        GatewayProcess gateway = GatewayProcess.start(
                directory,
                environment,
                "dev",
                "-Dcamel.server.port=" + NatsServer.freePort(),
                "-Dcamel.management.port=" + managementPort);
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .until(() -> gateway.log().contains("Ctrl-C ends it all") || !gateway.isAlive());
        return gateway;
    }

    private static List<String> printedCurlLines(GatewayProcess gateway) {
        return gateway.log()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("curl "))
                .toList();
    }

    private static String paste(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        return output;
    }

    @Test
    void the_three_printed_lines_work_when_pasted_and_sigterm_ends_gateway_and_nats() throws Exception {
        try (GatewayProcess gateway = dev(Map.of())) {
            // Given
            List<String> lines = printedCurlLines(gateway);
            assertThat(lines).as(gateway.log()).hasSize(3);

            // When
            String sent = paste(lines.get(0));

            // Then
            assertThat(sent).startsWith("HTTP/1.1 202").contains("\"state\":\"accepted\"");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(paste(lines.get(1))).contains("\"state\":\"processed\""));
            assertThat(paste(lines.get(2))).contains("events.cloudevents").contains("hello");
            assertThat(directory.resolve("data/dev/nats")).isDirectory();
            List<ProcessHandle> children = gateway.children();
            assertThat(children).hasSize(1);

            gateway.terminate();
            assertThat(gateway.awaitExit()).isIn(0, 143);
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void a_gateway_that_cannot_be_made_leaves_no_nats_server_behind() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(directory, "dev", "--routes", "nosuch")) {
            // Then
            assertThat(gateway.awaitExit()).isEqualTo(1);
            assertThat(Files.readString(directory.resolve("data/dev/nats/nats-server.log")))
                    .contains("Initiating Shutdown");
        }
    }

    @Test
    void a_nats_server_that_is_not_up_yet_ends_with_the_command() throws Exception {
        // Given: one that never listens
        Path program = Files.writeString(directory.resolve("nats-server"), "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        try (GatewayProcess gateway =
                GatewayProcess.start(directory, Map.of("NATS_SERVER", program.toString()), "dev")) {
            Awaitility.await().until(() -> !gateway.children().isEmpty());
            List<ProcessHandle> children = gateway.children();

            // When
            gateway.terminate();

            // Then
            assertThat(gateway.awaitExit()).isNotZero();
            Awaitility.await().until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void without_a_nats_server_it_says_how_to_install_one_and_accepts_all_the_same() throws Exception {
        // Given
        Path nothing = Files.createDirectories(directory.resolve("empty-path"));
        try (GatewayProcess gateway = dev(Map.of(
                "PATH",
                nothing.toString(),
                "NATS_SERVER",
                nothing.resolve("none").toString()))) {
            // When
            String sent = paste(printedCurlLines(gateway).get(0));

            // Then
            assertThat(gateway.log()).contains("apt-get install nats-server");
            assertThat(sent).startsWith("HTTP/1.1 202");
        }
    }
}
