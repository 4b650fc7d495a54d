package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that take their time, with three seconds for all of them and a NATS that is away. */
class SlowRequestIT {

    @TempDir
    static Path directory;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.http.request-timeout", "3s")
                .webhook("processed", "verify", "none", "ack", "processed", "ackTimeout", "60s")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Sends one half of a body a second after the other. */
    private static RawHttp.Answer postSlowly(String webhook, String headers) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.write("POST " + webhook + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                    + "Content-Length: 2\r\n\r\n{");
            Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            return client.write("}").read();
        }
    }

    @Test
    void what_the_body_took_is_not_waited_for_again() throws IOException {
        // When
        RawHttp.Answer answer = postSlowly(
                "/events",
                "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /test\r\nce-type: tested\r\nPrefer: wait=60\r\n");

        // Then
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.head()).containsIgnoringCase("Preference-Applied: wait=1\r\n");
    }

    @Test
    void nor_where_a_webhook_waits_for_all_its_senders() throws IOException {
        // When
        RawHttp.Answer answer = postSlowly("/hooks/processed", "");

        // Then
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }
}
