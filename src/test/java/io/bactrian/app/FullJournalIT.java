package io.bactrian.app;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** A full journal says so before it accepts, and empties itself once NATS is back. */
@ExtendWith(NatsServerExtension.class)
class FullJournalIT {

    @TempDir
    Path directory;

    @Test
    void answer_503_when_the_journal_is_full_and_202_again_when_it_has_drained() {
        int port = NatsServer.freePort();
        String body = "\"" + "x".repeat(50_000) + "\"";
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.journal.max-size", "8MiB")
                .set("bactrian.journal.hold", "0s")
                .set("bactrian.nats.servers", "nats://127.0.0.1:" + port)
                .start()) {
            // When: more than fits, while NATS is away
            Set<String> accepted = new HashSet<>();
            String refusedId = null;
            HttpResponse<String> refused = null;
            for (int i = 0; i < 400 && refused == null; i++) {
                HttpResponse<String> response = gateway.send(gateway.event("full-" + i, body));
                if (response.statusCode() == 202) {
                    accepted.add("full-" + i);
                } else {
                    refused = response;
                    refusedId = "full-" + i;
                }
            }

            // Then
            assertThat(refused).isNotNull();
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(json(refused).get("type").asText()).isEqualTo("urn:bactrian:problem:journal-full");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(gateway.management("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(gateway.management("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(gateway.metric("bactrian_journal_state{state=\"full\"}")).isEqualTo(1);
            assertThat(gateway.metric("bactrian_journal_bytes")).isLessThanOrEqualTo(8 << 20);

            // When: NATS is there
            try (NatsServer nats = NatsServer.builder().port(port).start()) {
                nats.createStream("EVENTS", "events.>");

                // Then: the sender that was refused tries again with the same id, as it was told to
                String again = refusedId;
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                                gateway.send(gateway.event(again, body)).statusCode())
                        .isIn(200, 202));
                Awaitility.await().untilAsserted(() -> assertThat(nats.countByMsgId("EVENTS"))
                        .hasSize(accepted.size() + 1));
                Awaitility.await().untilAsserted(() -> assertThat(
                                gateway.management("/observe/health/ready").statusCode())
                        .isEqualTo(200));
            }
        }
    }
}
