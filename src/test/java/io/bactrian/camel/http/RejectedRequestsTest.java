package io.bactrian.camel.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is kept of a flood, with the requests of a real server and a clock that stands still. */
class RejectedRequestsTest {

    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final SetClock clock = new SetClock();
    private final RejectedRequests rejected = new RejectedRequests(100, clock);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void start() {
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    ProblemKind kind = ProblemKind.valueOf(request.getParam("kind"));
                    rejected.add(request.path().substring(1), new Problem(kind, "no"), request);
                    request.response().end();
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void send(int times, String webhook, ProblemKind kind) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/" + webhook + "?kind=" + kind))
                .build();
        for (int i = 0; i < times; i++) {
            client.send(request, HttpResponse.BodyHandlers.discarding());
        }
    }

    private long kept(String webhook, ProblemKind kind) {
        return rejected.newest(webhook, 1000).stream()
                .filter(request -> request.reason().equals(kind.slug()))
                .count();
    }

    @Test
    void of_one_webhook_and_reason_ten_a_second_are_kept() throws Exception {
        // When
        send(25, "shop", ProblemKind.UNAUTHORIZED);

        // Then
        assertThat(kept("shop", ProblemKind.UNAUTHORIZED)).isEqualTo(10);
    }

    @Test
    void another_reason_another_webhook_and_the_next_second_have_their_own_ten() throws Exception {
        // Given
        send(25, "shop", ProblemKind.UNAUTHORIZED);

        // When
        send(3, "shop", ProblemKind.PAYLOAD_TOO_LARGE);
        send(4, "repo", ProblemKind.UNAUTHORIZED);
        clock.now = clock.now.plusMillis(999);
        send(5, "shop", ProblemKind.UNAUTHORIZED);
        long before = kept("shop", ProblemKind.UNAUTHORIZED);
        clock.now = clock.now.plusMillis(1);
        send(15, "shop", ProblemKind.UNAUTHORIZED);

        // Then
        assertThat(kept("shop", ProblemKind.PAYLOAD_TOO_LARGE)).isEqualTo(3);
        assertThat(kept("repo", ProblemKind.UNAUTHORIZED)).isEqualTo(4);
        assertThat(before).isEqualTo(10);
        assertThat(kept("shop", ProblemKind.UNAUTHORIZED)).isEqualTo(20);
    }

    @Test
    void a_clock_that_was_set_back_does_not_end_the_keeping() throws Exception {
        // Given
        send(25, "shop", ProblemKind.UNAUTHORIZED);

        // When
        clock.now = clock.now.minusSeconds(3600);
        send(1, "shop", ProblemKind.UNAUTHORIZED);

        // Then
        assertThat(kept("shop", ProblemKind.UNAUTHORIZED)).isEqualTo(11);
    }
}
