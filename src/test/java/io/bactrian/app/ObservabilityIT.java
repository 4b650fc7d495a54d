package io.bactrian.app;

import java.net.http.HttpResponse;
import java.nio.file.Path;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Health and metrics are true from the first event. */
@ExtendWith(NatsServerExtension.class)
class ObservabilityIT {

    @TempDir
    Path directory;

    @Test
    void counters_exist_with_zero_and_count_from_the_first_event() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .nats(nats)
                        .webhook("shop", "verify", "token", "secret", "s")
                        .start()) {
            nats.createStream("EVENTS", "events.>");
            // Given
            assertThat(gateway.metric("bactrian_events_accepted_total{webhook=\"shop\"}"))
                    .isZero();
            assertThat(gateway.metric("bactrian_events_accepted_total{webhook=\"cloudevents\"}"))
                    .isZero();
            assertThat(gateway.metric("bactrian_journal_pending")).isZero();

            // When
            gateway.send(gateway.event("o-1", "{}").header("Prefer", "wait=5"));
            gateway.send(gateway.event("o-1", "{}"));
            gateway.send(gateway.request("/hooks/shop").POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")));

            // Then
            assertThat(gateway.metric("bactrian_events_accepted_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_events_processed_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_events_duplicate_total{webhook=\"cloudevents\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"unauthorized\",webhook=\"shop\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_requests_total{status=\"201\",webhook=\"cloudevents\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_request_seconds_count{webhook=\"cloudevents\"}"))
                    .isEqualTo(2);
            assertThat(gateway.metric("bactrian_nats_connected")).isEqualTo(1);
            assertThat(gateway.metric("bactrian_journal_state{state=\"open\"}")).isEqualTo(1);
        }
    }

    @Test
    void a_dead_nats_is_a_detail_and_the_gateway_stays_ready() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .nats(nats)
                        .start()) {
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_nats_connected"))
                    .isEqualTo(1));

            // When
            nats.kill();

            // Then
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_nats_connected"))
                    .isZero());
            gateway.send(gateway.event("o-2", "{}"));
            assertThat(gateway.metric("bactrian_journal_pending")).isEqualTo(1);
            HttpResponse<String> ready = gateway.management("/observe/health/ready");
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(gateway.management("/observe/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> health = gateway.management("/observe/health");
            assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
            assertThat(health.body()).contains("\"name\":\"nats\"").contains("NATS is down since");
        }
    }

    @Test
    void the_two_ports_do_not_serve_each_others_paths() {
        try (TestGateway gateway =
                TestGateway.with(directory.resolve("journal")).start()) {
            assertThat(gateway.get("/observe/health").statusCode()).isEqualTo(404);
            assertThat(gateway.get("/observe/metrics").statusCode()).isEqualTo(404);
            assertThat(gateway.management("/events/x").statusCode()).isEqualTo(404);
        }
    }
}
