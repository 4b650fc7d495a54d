package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bactrian.camel.config.WatchedFiles;
import io.bactrian.testing.WebhookSigner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Secrets in files: a rotated one is in force without a restart, and a spoiled file changes nothing. */
class SecretFileIT {

    @TempDir
    Path directory;

    /** As an orchestrator does it: the new content is there at once or not at all. */
    private Path write(String name, String content) throws IOException {
        Path next = Files.writeString(directory.resolve(name + ".next"), content);
        return Files.move(
                next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int github(TestGateway gateway, String secret) {
        return gateway.send(gateway.request("/hooks/repo")
                        .header("X-Hub-Signature-256", WebhookSigner.github(secret, "{}".getBytes(UTF_8)))
                        .POST(HttpRequest.BodyPublishers.ofString("{}")))
                .statusCode();
    }

    private static int events(TestGateway gateway, String token) {
        return gateway.send(gateway.event("e-" + token, "{}").header("Authorization", "Bearer " + token))
                .statusCode();
    }

    @Test
    void a_file_that_is_replaced_replaces_the_secrets() throws IOException {
        // Given
        Path secret = write("secret", "the first secret\n");
        Path token = write("token", "first-token");
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.reload-interval", "20ms")
                .set("bactrian.events.verify", "token")
                .set("bactrian.events.token-file", token.toString())
                .webhook("repo", "verify", "github", "secretFile", secret.toString())
                .start()) {
            assertThat(github(gateway, "the first secret")).isEqualTo(202);
            assertThat(github(gateway, "the second secret")).isEqualTo(401);
            assertThat(events(gateway, "first-token")).isEqualTo(202);

            // When: while rotating both are good
            write("secret", "the first secret\nthe second secret\n");
            Awaitility.await().until(() -> github(gateway, "the second secret") == 202);
            assertThat(github(gateway, "the first secret")).isEqualTo(202);

            // When: then only the new one
            write("secret", "the second secret\n");
            write("token", "second-token");

            // Then
            Awaitility.await().until(() -> github(gateway, "the first secret") == 401);
            assertThat(github(gateway, "the second secret")).isEqualTo(202);
            Awaitility.await().until(() -> events(gateway, "first-token") == 401);
            assertThat(events(gateway, "second-token")).isEqualTo(202);
        }
    }

    @Test
    void a_file_that_is_emptied_or_gone_is_said_once_and_leaves_the_secrets_in_force() throws IOException {
        // Given
        Path secret = write("secret", "the secret");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(WatchedFiles.class);
        logger.addAppender(log);
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.reload-interval", "20ms")
                .webhook("repo", "verify", "github", "secretFile", secret.toString())
                .start()) {
            // When
            write("secret", "\n");
            Awaitility.await().until(() -> said(log, "secret is missing or empty") == 1);
            Files.delete(secret);
            Awaitility.await().until(() -> said(log, "does not exist") == 1);

            // Then
            assertThat(github(gateway, "the secret")).isEqualTo(202);
            write("secret", "another secret");
            Awaitility.await().until(() -> github(gateway, "another secret") == 202);
            assertThat(said(log, "stays in force")).as("each fault once").isEqualTo(2);
            assertThat(said(log, "the secret")).isZero();
        } finally {
            logger.detachAppender(log);
        }
    }

    private static long said(ListAppender<ILoggingEvent> log, String words) {
        synchronized (log) { // as it appends
            return log.list.stream()
                    .filter(event -> event.getFormattedMessage().contains(words))
                    .count();
        }
    }
}
