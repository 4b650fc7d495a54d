package io.bactrian.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who may use the management port. */
class ManagementPortIT {

    @TempDir
    Path directory;

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal"));
    }

    /** Sends a request head as it is, since a client of ours would not lie about Host. */
    private static String raw(TestGateway gateway, String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.managementPort())) {
            socket.getOutputStream()
                    .write((String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 404",
        "LOCALHOST:%d, 404",
        "127.0.0.1:%d, 404",
        "127.1.2.3, 404",
        "[::1]:%d, 404",
        "ops.example.com:443, 404",
        "evil.example.com, 403",
        "evil.example.com:%d, 403",
        "localhost.evil.example.com, 403",
        "127.0.0.1.evil.example.com, 403",
        "10.0.0.1:%d, 403",
        "'', 403"
    })
    void a_host_that_is_not_ours_is_forbidden(String host, int expected) throws IOException {
        try (TestGateway gateway = gateway()
                .set("bactrian.admin.allowed-hosts", "ops.example.com other.example.com")
                .start()) {
            // When
            String name = host.replace("%d", String.valueOf(gateway.managementPort()));
            String answer = raw(gateway, "GET /api/nothing HTTP/1.1", "Host: " + name);

            // Then
            assertThat(status(answer)).as(answer).isEqualTo(expected);
            assertThat(answer)
                    .contains("application/problem+json")
                    .contains(expected == 403 ? "urn:bactrian:problem:forbidden" : "urn:bactrian:problem:not-found");
            assertThat(status(raw(gateway, "GET /observe/health HTTP/1.1", "Host: " + name)))
                    .isEqualTo(expected == 403 ? 403 : 200);
        }
    }

    @Test
    void it_has_the_bounds_of_the_public_port() throws IOException {
        String head = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n";
        try (TestGateway gateway =
                gateway().set("bactrian.http.header-timeout", "700ms").start()) {
            try (RawHttp http = RawHttp.to(gateway.managementPort())) {
                http.write(head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
                assertThat(http.read().status()).isEqualTo(400);
                assertThat(http.isClosed()).isTrue();
            }
            try (RawHttp http = RawHttp.to(gateway.managementPort())) {
                http.write(head + "Connection: close\r\n\r\n" + head + "\r\n");
                assertThat(http.read().status()).isEqualTo(200);
                assertThat(http.read()).isNull();
            }
            try (RawHttp http = RawHttp.to(gateway.managementPort())) {
                http.write((head + "\r\n").repeat(100));
                for (int i = 0; i < 100; i++) {
                    assertThat(http.read().status()).isEqualTo(200);
                }
                http.trickle("\r\n");
            }
        }
    }

    @Test
    void a_page_of_another_origin_is_forbidden_whatever_it_asks_for() throws IOException {
        try (TestGateway gateway = gateway().start()) {
            String own = "127.0.0.1:" + gateway.managementPort();
            for (String origin : new String[] {
                "http://evil.example.com", "null", "http://127.0.0.1:3000", "http://127.0.0.1", "https://" + own + ".x"
            }) {
                String answer = raw(gateway, "POST /api/nothing HTTP/1.1", "Host: " + own, "Origin: " + origin);
                assertThat(status(answer)).as(origin).isEqualTo(403);
            }
            // Then: its own page may
            assertThat(status(raw(gateway, "GET /api/nothing HTTP/1.1", "Host: " + own, "Origin: http://" + own)))
                    .isEqualTo(404);
        }
    }

    @Test
    void the_api_wants_the_token_and_health_metrics_and_descriptions_do_not() throws IOException {
        try (TestGateway gateway =
                gateway().set("bactrian.admin.token", "old-one new-one").start()) {
            // Then: nothing of the token in the answer, and nothing of what is there
            for (String authorization :
                    new String[] {"X-None: 1", "Authorization: Bearer tampered", "Authorization: Basic x"}) {
                String answer = raw(gateway, "GET /api/nothing HTTP/1.1", "Host: localhost", authorization);
                assertThat(status(answer)).as(authorization).isEqualTo(401);
                assertThat(answer)
                        .containsIgnoringCase("www-authenticate: Bearer")
                        .contains("urn:bactrian:problem:unauthorized")
                        .doesNotContain("old-one")
                        .doesNotContain("tampered");
            }
            for (String token : new String[] {"old-one", "new-one"}) {
                assertThat(status(raw(
                                gateway,
                                "GET /api/nothing HTTP/1.1",
                                "Host: localhost",
                                "Authorization: Bearer " + token)))
                        .isEqualTo(404);
            }
            for (String open :
                    new String[] {"/observe/health", "/observe/health/live", "/observe/health/ready", "/observe/metrics"
                    }) {
                assertThat(gateway.management(open).statusCode()).as(open).isEqualTo(200);
            }
            assertThat(gateway.management("/openapi.yaml").statusCode()).isNotIn(401, 403);
            assertThat(gateway.management("/observe/health/../../api/nothing").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void without_a_token_only_loopback_is_bound() {
        assertThatThrownBy(
                        () -> gateway().set("camel.management.host", "0.0.0.0").start())
                .hasStackTraceContaining(
                        "camel.management.host=0.0.0.0: without bactrian.admin.token only a loopback address may be bound");
        assertThatThrownBy(() -> gateway()
                        .set("camel.management.host", "0.0.0.0")
                        .set("bactrian.admin.token", "{{env:BACTRIAN_TEST_UNSET}}")
                        .start())
                .hasStackTraceContaining("bactrian.admin.token");
        try (TestGateway gateway = gateway()
                .set("camel.management.host", "0.0.0.0")
                .set("bactrian.admin.token", "s")
                .start()) {
            assertThat(gateway.management("/observe/health/live").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.2", "::1"})
    void every_loopback_address_needs_no_token(String host) throws IOException {
        try (TestGateway gateway = gateway().set("camel.management.host", host).start()) {
            assertThat(gateway.gateway().context().isStarted()).isTrue();
        }
    }

    @Test
    void the_openapi_description_is_served_as_it_is_shipped() throws Exception {
        try (TestGateway gateway = TestGateway.with(directory.resolve("described"))
                .set("bactrian.admin.token", "secret")
                .start()) {
            // When
            HttpResponse<String> answer = gateway.management("/openapi.yaml");
            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/yaml");
            try (var shipped = getClass().getResourceAsStream("/bactrian/openapi.yaml")) {
                assertThat(answer.body()).isEqualTo(new String(shipped.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }
}
