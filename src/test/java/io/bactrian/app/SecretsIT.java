package io.bactrian.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** What opens NATS is in no log, metric or health detail, whether it is right or wrong. */
class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PROPERTIES = "org.apache.camel.component.properties";
    private static final String USERS = """
            authorization { users: [ { user: admin, password: admin }, { user: joe, password: %s } ] }
            """;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };
    private Level before;

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        log.start();
        before = root.getLevel();
        root.addAppender(log);
        for (String name : List.of("io.bactrian", "io.nats", "org.apache.camel")) {
            ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.DEBUG);
        }
        // as ShippedLogging has it, whatever level org.apache.camel is set to
        ((Logger) LoggerFactory.getLogger(PROPERTIES)).setLevel(Level.WARN);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
        root.setLevel(before);
        for (String name : List.of("io.bactrian", "io.nats", "org.apache.camel")) {
            ((Logger) LoggerFactory.getLogger(name)).setLevel(null);
        }
        ((Logger) LoggerFactory.getLogger(PROPERTIES)).setLevel(null);
    }

    private String everythingShown(TestGateway gateway) {
        String lines = events.stream()
                .map(event -> event.getFormattedMessage() + causes(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
        return lines
                + gateway.management("/observe/health").body()
                + gateway.management("/observe/health/ready").body()
                + gateway.management("/observe/metrics").body();
    }

    private static String causes(IThrowableProxy thrown) {
        return thrown == null ? "" : " " + thrown.getMessage() + causes(thrown.getCause());
    }

    @Test
    void the_shipped_logging_keeps_camel_from_showing_values() {
        assertThat(ShippedLogging.LEVELS).containsEntry(PROPERTIES, Level.WARN);
    }

    private static void awaitHealth(TestGateway gateway, String word) {
        Conditions.await(PATIENCE, word, () -> gateway.management("/observe/health")
                .body()
                .contains(word));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_a_user_in_keys_or_url(boolean inUrl) {
        try (NatsServer nats = NatsServer.builder()
                .config(USERS.formatted("other"))
                .admin("admin", "admin")
                .start()) {
            TestGateway.Builder builder = TestGateway.with(directory.resolve("journal"));
            if (inUrl) {
                builder.set("bactrian.nats.servers", nats.url().replace("://", "://joe:s3cret@"));
            } else {
                builder.nats(nats).set("bactrian.nats.user", "joe").set("bactrian.nats.password", "s3cret");
            }
            nats.createStream("EVENTS", "events.>");
            try (TestGateway gateway = builder.start()) {
                // When: it is wrong, then right, then the server goes
                awaitHealth(gateway, "Authorization Violation");
                String wrong = everythingShown(gateway);
                nats.reload(USERS.formatted("s3cret"));
                gateway.awaitConnected();
                nats.kill();
                awaitHealth(gateway, "NATS is down");

                // Then
                assertThat(wrong).contains("Authorization Violation").doesNotContain("s3cret");
                assertThat(everythingShown(gateway)).contains("nats connected").doesNotContain("s3cret");
            }
        }
    }

    @Test
    void of_a_token() {
        try (NatsServer nats = NatsServer.start("authorization { token: other }");
                TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .nats(nats)
                        .set("bactrian.nats.token", "s3cret")
                        .start()) {
            // When
            awaitHealth(gateway, "Authorization Violation");

            // Then
            assertThat(everythingShown(gateway)).doesNotContain("s3cret");
        }
    }
}
