package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.NatsServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** The examples for senders in docs/answers.md do what they say: they outlast a gateway that is not there yet. */
class SenderSnippetsIT {

    @TempDir
    Path directory;

    private static String snippet(String language) {
        return Snippets.of("answers.md", language).get(0);
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            Assumptions.abort("not on the path: " + command[0]);
            throw e;
        }
    }

    private TestGateway gateway(int port) {
        return TestGateway.with(directory.resolve("journal"))
                .set("camel.server.port", String.valueOf(port))
                .set("bactrian.events.verify", "token")
                .set("bactrian.events.token", "s3cret")
                .start();
    }

    private String output(Process process) throws Exception {
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return Files.readString(directory.resolve("output"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void the_python_example_sends_again_until_the_event_is_kept() throws Exception {
        FaultNeeds.needProgram("python3", "apt-get install python3");
        // Given
        int port = NatsServer.freePort();
        Files.writeString(directory.resolve("send.py"), snippet("python"));
        String[] command = {"python3", "send.py", "http://127.0.0.1:" + port + "/events", "s3cret", "py-1"};

        // When: the first try comes before the gateway
        Process early = start(Map.of(), command);
        try (TestGateway gateway = gateway(port)) {
            String first = output(early);
            String again = output(start(Map.of(), command));

            // Then
            assertThat(first).startsWith("202 /events/");
            assertThat(again).isEqualTo(first);
            assertThat(json(gateway.get(first.substring(4).strip()))
                            .get("eventId")
                            .asText())
                    .isEqualTo("py-1");
            command[3] = "wrong";
            assertThat(output(start(Map.of(), command))).contains("401");
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be there
    void the_curl_example_sends_again_until_the_event_is_kept() throws Exception {
        // Given
        int port = NatsServer.freePort();
        Map<String, String> environment =
                Map.of("GATEWAY", "http://127.0.0.1:" + port, "TOKEN", "s3cret", "ID", "curl-1");

        // When
        Process early = start(environment, "bash", "-c", snippet("sh"));
        try (TestGateway gateway = gateway(port)) {
            String output = output(early);

            // Then
            Assumptions.assumeFalse(output.contains("curl: command not found"), output);
            assertThat(output.strip()).endsWith("202");
            assertThat(Files.readString(directory.resolve("answer.json"))).contains("\"eventId\":\"curl-1\"");
        }
    }
}
