package io.bactrian.app;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code bactrian journal}, as a person at a terminal runs it. */
class JournalCommandIT {

    @TempDir
    Path directory;

    private final AtomicInteger runs = new AtomicInteger();

    private record Ran(int code, String output) {}

    private Ran run(String... arguments) {
        Path folder = directory.resolve("run-" + runs.incrementAndGet());
        try (GatewayProcess process = GatewayProcess.start(folder, arguments)) {
            int code = process.awaitExit();
            return new Ran(code, process.log());
        }
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    @Test
    void looks_at_a_running_gateways_journal_and_at_a_damaged_one() throws Exception {
        // Given
        Ran stat;
        Ran whole;
        try (TestGateway gateway = TestGateway.with(journal()).start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.send(gateway.event("event-" + i, "{\"n\":" + i + "}"))
                                .statusCode())
                        .isEqualTo(202);
            }
            // When
            stat = run("journal", "stat", "--directory", journal().toString());
            whole = run("journal", "verify", "--directory", journal().toString());
        }
        // Then
        assertThat(stat.code).as(stat.output).isZero();
        assertThat(stat.output)
                .contains("pending     3")
                .contains("in use by   process " + ProcessHandle.current().pid());
        assertThat(whole.code).as(whole.output).isZero();
        assertThat(whole.output).contains("3 pending").contains("no damage");

        // When
        Ran dump = run("journal", "dump", "--directory", journal().toString(), "--json", "--data");
        // Then
        assertThat(dump.code).as(dump.output).isZero();
        JsonNode event = TestGateway.JSON.readTree(dump.output
                .lines()
                .filter(line -> line.contains("\"event-1\""))
                .findFirst()
                .orElseThrow());
        assertThat(event.get("webhook").textValue()).isEqualTo("cloudevents");
        assertThat(event.get("data").binaryValue()).asString().isEqualTo("{\"n\":1}");

        // Given
        Path segment = journal().resolve(event.get("segment").textValue());
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(
                    java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}),
                    event.get("offset").longValue() + 60);
        }
        // When
        Ran damaged = run("journal", "verify", "-Dbactrian.journal.directory=" + journal());
        // Then
        assertThat(damaged.code).as(damaged.output).isEqualTo(1);
        assertThat(damaged.output)
                .contains(segment.getFileName() + " is damaged")
                .containsPattern("1 damaged place\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "journal dump --json --data --directory journal >/dev/full",
                "journal stat --directory journal >/dev/full",
                "journal verify --json --directory journal >/dev/full",
                "journal dump --directory journal | true; exit ${PIPESTATUS[0]}",
                "--help >/dev/full"
            })
    void an_output_that_cannot_be_written_is_said(String command) throws Exception {
        // Given
        try (TestGateway gateway = TestGateway.with(journal()).start()) {
            assertThat(gateway.send(gateway.event("event", "{\"n\":\"" + "0".repeat(100_000) + "\"}"))
                            .statusCode())
                    .isEqualTo(202);
        }

        // When
        Process shell = new ProcessBuilder("bash", "-c", "java -jar " + GatewayProcess.JAR + " " + command)
                .directory(directory.toFile())
                .start();
        String said = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(shell.waitFor()).as(said).isEqualTo(1);
        assertThat(said.lines().filter(line -> line.startsWith("bactrian: ")))
                .containsExactly("bactrian: the output cannot be written");
    }

    @Test
    void refuses_what_is_no_journal_and_wrong_usage() throws Exception {
        // When
        Ran nowhere = run(
                "journal", "stat", "--directory", directory.resolve("nowhere").toString());
        Ran empty = run(
                "journal",
                "verify",
                "--directory",
                Files.createDirectory(journal()).toString());
        Ran usage = run("journal");
        // Then
        assertThat(nowhere.code).isEqualTo(1);
        assertThat(nowhere.output).contains("bactrian: there is no directory").doesNotContain("\tat ");
        assertThat(empty.code).isEqualTo(1);
        assertThat(empty.output).contains("there is no journal in").doesNotContain("\tat ");
        assertThat(usage.code).isEqualTo(2);
        assertThat(usage.output).contains("stat, verify or dump");
    }
}
