package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.bactrian.testing.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that come before those ahead of them on their connection are answered. */
class PipeliningIT {

    /** Their answers have about 15 MB: more than the operating system keeps of what is not read. */
    private static final int REQUESTS = 40_000;

    private static final int EVERY = 1_000;
    private static final int PATIENCE_SECONDS = 3;

    @TempDir
    Path directory;

    private static String post(String id) {
        return "POST /hooks/open HTTP/1.1\r\nHost: x\r\nX-Id: " + id + "\r\nContent-Length: 2\r\n\r\n{}";
    }

    private static String requests() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            all.append(i % EVERY == 0 ? post("p-" + i) : "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        return all.toString();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal")).webhook("open", "verify", "none", "id", "header:X-Id");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void they_are_answered_in_order_also_to_a_client_that_reads_late(boolean tls) throws Exception {
        TestGateway.Builder builder = gateway();
        TestCertificate certificate = tls ? TestCertificate.selfSigned(directory, "server") : null;
        if (tls) {
            builder.set("bactrian.http.tls.cert", certificate.certificate().toString())
                    .set("bactrian.http.tls.key", certificate.key().toString());
        }
        try (TestGateway gateway = builder.start();
                RawHttp http = tls ? RawHttp.to(gateway, certificate.trusted()) : RawHttp.to(gateway)) {
            // When
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    http.write(requests());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try {
                written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException stalled) {
                // until something is read
            }

            // Then
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                RawHttp.Answer answer = http.read();
                assertThat(answer.status()).as("request " + i).isEqualTo(i % EVERY == 0 ? 202 : 404);
                if (i % EVERY == 0) {
                    ids.add(answer.body().replaceFirst(".*\"eventId\":\"([^\"]*)\".*", "$1"));
                }
            }
            written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(ids).hasSize(REQUESTS / EVERY).allSatisfy(id -> assertThat(id)
                    .isEqualTo("p-" + ids.indexOf(id) * EVERY));
        }
    }

    @Test
    void nothing_is_accepted_behind_the_last_request_of_a_connection() throws IOException {
        try (TestGateway gateway = gateway().start();
                RawHttp http = RawHttp.to(gateway)) {
            // When
            http.write("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + post("behind"));

            // Then
            assertThat(http.read().status()).isEqualTo(404);
            assertThat(http.read()).isNull();
            assertThat(gateway.metric("bactrian_journal_pending")).isZero();
        }
    }
}
