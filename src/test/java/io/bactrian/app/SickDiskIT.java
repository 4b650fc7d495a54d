package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.Mount;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.Strace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What senders and operators see of a disk that fails or is full, and that it is over by itself. */
@Tag("faults")
@ExtendWith(NatsServerExtension.class)
class SickDiskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private GatewayHome home;

    @BeforeEach
    void settle() {
        home = new GatewayHome(directory);
    }

    private GatewayProcess gateway(Path journal, NatsServer nats) {
        return home.start(
                nats,
                "-Dbactrian.journal.directory=" + journal,
                "-Dbactrian.journal.segment-size=1MiB",
                "-Dbactrian.delivery.backoff-max=200ms");
    }

    private HttpResponse<String> post(String id) throws Exception {
        return home.send(home.event(id)
                .timeout(Duration.ofSeconds(20))
                .setHeader("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(50_000))));
    }

    private int ready() throws Exception {
        return home.management("/observe/health/ready").statusCode();
    }

    private static void assertRefused(HttpResponse<String> response, String slug) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.body()).contains("urn:bactrian:problem:" + slug);
        assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
    }

    @Test
    void a_failing_fsync_is_503_journal_unavailable_until_the_disk_heals_while_delivery_goes_on() throws Exception {
        FaultNeeds.need("strace");
        try (NatsServer nats = NatsServer.start();
                GatewayProcess gateway = gateway(directory.resolve("journal"), nats)) {
            nats.createStream("EVENTS", "events.>");
            // Given: an event that NATS cannot take yet
            nats.kill();
            assertThat(post("before").statusCode()).isEqualTo(202);
            // When
            Strace strace = Strace.inject(gateway.pid(), "fdatasync", "error=EIO");
            AtomicInteger probes = new AtomicInteger();
            Conditions.await(
                    PATIENCE,
                    "a refusal",
                    () -> post("probe-" + probes.incrementAndGet()).statusCode() == 503);
            // Then
            assertRefused(post("sick"), "journal-unavailable");
            Conditions.await(PATIENCE, "not ready", () -> ready() == 503);
            nats.restart();
            Conditions.await(PATIENCE, "delivery", () -> nats.messages("EVENTS").stream()
                    .anyMatch(message -> message.header("ce-id").equals("before")));
            // When
            strace.close();
            // Then: the refused event comes again under its own id
            Conditions.await(PATIENCE, "healed", () -> post("sick").statusCode() < 300);
            Conditions.await(PATIENCE, "ready", () -> ready() == 200);
            Conditions.await(
                    PATIENCE,
                    "delivery",
                    () -> nats.messages("EVENTS").stream()
                                    .filter(message -> message.header("ce-id").equals("sick"))
                                    .count()
                            == 1);
        }
    }

    @Test
    void a_full_disk_is_503_journal_full_until_it_has_drained() throws Exception {
        FaultNeeds.need("mount");
        try (Mount mount = Mount.tmpfs(directory, 10);
                NatsServer nats = NatsServer.start();
                GatewayProcess gateway = gateway(mount.point().resolve("journal"), nats)) {
            nats.createStream("EVENTS", "events.>");
            nats.kill();
            // When
            int accepted = 0;
            HttpResponse<String> response = post("event-0");
            while (response.statusCode() == 202 && accepted < 1_000) {
                accepted++;
                response = post("event-" + accepted);
            }
            // Then
            assertRefused(response, "journal-full");
            String refused = "event-" + accepted;
            Conditions.await(PATIENCE, "not ready", () -> ready() == 503);
            // When
            nats.restart();
            // Then
            Conditions.await(PATIENCE, "room again", () -> post(refused).statusCode() < 300);
            Conditions.await(PATIENCE, "ready", () -> ready() == 200);
            int all = accepted + 1;
            Conditions.await(PATIENCE, "delivery", () -> nats.messages("EVENTS").size() == all);
            assertThat(gateway.isAlive()).isTrue();
        }
    }
}
