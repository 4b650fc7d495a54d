package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

/** How many requests may be in progress, of one path and in all, and how many connections open. */
class InFlightIT {

    @TempDir
    Path directory;

    private static HttpResponse<String> post(TestGateway gateway, String webhook) {
        return gateway.send(gateway.request("/hooks/" + webhook).POST(HttpRequest.BodyPublishers.ofString("{}")));
    }

    private static RawHttp begun(TestGateway gateway, String webhook) throws IOException {
        return RawHttp.to(gateway)
                .write("POST /hooks/" + webhook + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{");
    }

    private static void awaitInFlight(TestGateway gateway, int requests) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight"))
                .isEqualTo(requests));
    }

    @Test
    void a_noisy_webhook_is_answered_503_while_others_go_on_and_all_of_them_beyond_the_whole() throws IOException {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .set("bactrian.http.max-in-flight-per-webhook", "1")
                        .set("bactrian.http.max-in-flight", "2")
                        .set("bactrian.http.request-timeout", "60s")
                        .webhook("noisy", "verify", "none")
                        .webhook("quiet", "verify", "none")
                        .webhook("third", "verify", "none")
                        .start();
                RawHttp noisy = begun(gateway, "noisy")) {
            awaitInFlight(gateway, 1);

            // When
            HttpResponse<String> again = post(gateway, "noisy");
            HttpResponse<String> other = post(gateway, "quiet");

            // Then
            assertProblem(again, 503, "overloaded");
            assertThat(again.headers().firstValue("Retry-After")).isPresent();
            assertThat(other.statusCode()).isEqualTo(202);
            try (RawHttp quiet = begun(gateway, "quiet")) {
                awaitInFlight(gateway, 2);
                assertProblem(post(gateway, "third"), 503, "overloaded");
                assertThat(quiet.write("}").read().status()).isEqualTo(202);
            }
            assertThat(noisy.write("}").read().status()).isEqualTo(202);
            awaitInFlight(gateway, 0);
            assertThat(post(gateway, "noisy").statusCode()).isEqualTo(202);
        }
    }

    @Test
    void a_connection_too_many_is_closed_and_others_go_on_and_make_room() throws IOException {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .set("bactrian.http.max-connections", "2")
                        .webhook("open", "verify", "none")
                        .start();
                RawHttp first = RawHttp.to(gateway)) {
            try (RawHttp second = begun(gateway, "open")) {
                awaitConnections(gateway, 2);

                // When
                try (RawHttp third = RawHttp.to(gateway)) {
                    assertThat(third.isClosed()).isTrue();
                }

                // Then
                assertThat(second.write("}").read().status()).isEqualTo(202);
                awaitConnections(gateway, 2);
            }
            awaitConnections(gateway, 1);
            try (RawHttp next = begun(gateway, "open")) {
                assertThat(next.write("}").read().status()).isEqualTo(202);
            }
            first.write("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(first.read().status()).isEqualTo(404);
        }
    }

    private static void awaitConnections(TestGateway gateway, int open) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_http_connections"))
                .isEqualTo(open));
    }
}
