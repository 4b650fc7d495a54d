package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import io.bactrian.testing.NatsServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** How many bytes of bodies may be in progress, of all requests together, and that all of them are given back. */
class InFlightBytesIT {

    private static final int BOUND = 100 * 1024;
    private static final int PART = 60_000;

    @TempDir
    Path directory;

    private TestGateway.Builder gateway() {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.http.max-body", "256KiB")
                .set("bactrian.http.max-in-flight-bytes", String.valueOf(BOUND))
                .set("bactrian.http.request-timeout", "60s")
                .webhook("open", "verify", "none");
    }

    private static String head(String headers) {
        return "POST /hooks/open HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    }

    private static String head(int length) {
        return head("Content-Length: " + length + "\r\n");
    }

    private static void awaitBytes(TestGateway gateway, int bytes) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight_bytes"))
                .isEqualTo(bytes));
    }

    private static void assertOverloaded(RawHttp.Answer answer) {
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.head()).contains("Retry-After: 1");
        assertThat(answer.body()).contains("urn:bactrian:problem:overloaded", "bactrian.http.max-in-flight-bytes");
    }

    @Test
    void a_body_beyond_the_bound_is_answered_503_behind_its_end_and_all_others_go_on() throws IOException {
        try (TestGateway gateway = gateway().start();
                RawHttp first = RawHttp.to(gateway).write(head(2 * PART) + "x".repeat(PART))) {
            awaitBytes(gateway, PART);
            try (RawHttp second = RawHttp.to(gateway)) {
                // When: its length is not known before, and then it is more than there is room for
                second.write(head("Transfer-Encoding: chunked\r\n"));
                second.write(Integer.toHexString(PART) + "\r\n" + "y".repeat(PART) + "\r\n");
                second.write("1\r\ny\r\n0\r\n\r\n");

                // Then: the connection is good for what fits
                assertOverloaded(second.read());
                assertThat(second.write(head(2) + "{}").read().status()).isEqualTo(202);
                assertThat(first.write("x".repeat(PART)).read().status()).isEqualTo(202);
                assertThat(second.write(head(PART) + "x".repeat(PART)).read().status())
                        .isEqualTo(202);
            }
            awaitBytes(gateway, 0);
        }
    }

    @Test
    void whoever_is_alone_may_send_what_a_body_may_have() throws IOException {
        try (TestGateway gateway = gateway().start();
                RawHttp http = RawHttp.to(gateway)) {
            assertThat(http.write(head(2 * BOUND) + "x".repeat(2 * BOUND))
                            .read()
                            .status())
                    .isEqualTo(202);
            awaitBytes(gateway, 0);
        }
    }

    @Test
    void a_length_is_not_believed_and_only_what_came_is_counted() throws IOException {
        try (TestGateway gateway = gateway().start()) {
            try (RawHttp liar = RawHttp.to(gateway);
                    RawHttp honest = RawHttp.to(gateway)) {
                liar.write(head(2 * BOUND) + "x".repeat(10));
                awaitBytes(gateway, 10);
                assertThat(honest.write(head(PART) + "x".repeat(PART)).read().status())
                        .isEqualTo(202);
                awaitBytes(gateway, 10);
            }
            awaitBytes(gateway, 0);
        }
    }

    @Test
    void what_gzip_unpacks_counts_too() throws IOException {
        // Given: twice as much as there is room for beside the first, and half of it packed
        byte[] body = new byte[PART];
        new Random(1).nextBytes(body);
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ('a' + (body[i] & 15));
        }
        String packed = gzip(body);
        assertThat(packed.length()).isBetween(PART / 3, BOUND - PART);
        String request = head("Content-Encoding: gzip\r\nContent-Length: " + packed.length() + "\r\n") + packed;
        try (TestGateway gateway = gateway().start();
                RawHttp first = RawHttp.to(gateway);
                RawHttp second = RawHttp.to(gateway)) {
            assertThat(second.write(request).read().status()).isEqualTo(202);
            awaitBytes(gateway, 0);
            first.write(head(2 * PART) + "x".repeat(PART));
            awaitBytes(gateway, PART);

            // When
            RawHttp.Answer answer = second.write(request).read();

            // Then
            assertOverloaded(answer);
            awaitBytes(gateway, PART);
        }
    }

    private static String gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        }
        return out.toString(ISO_8859_1);
    }

    @Test
    void every_end_of_a_request_gives_its_bytes_back_once() throws IOException {
        // Given
        String gzip = "Content-Encoding: gzip\r\n";
        String packed = gzip("{}".repeat(100).getBytes(ISO_8859_1));
        try (TestGateway gateway = gateway()
                .set("bactrian.http.request-timeout", "500ms")
                .routes(TestGateway.routes(directory, "broken.yaml", """
                        - route:
                            id: broken
                            from:
                              uri: platform-http:/hooks/broken
                              parameters:
                                httpMethodRestrict: POST
                              steps:
                                - throwException:
                                    exceptionType: java.lang.IllegalStateException
                                    message: broken
                        """))
                .start()) {
            for (int i = 0; i < 20; i++) {
                try (RawHttp http = RawHttp.to(gateway);
                        RawHttp2 http2 = RawHttp2.to(gateway)) {
                    // When: accepted, accepted packed, damaged, failed in the route, 404, 405, reset, 503, 413
                    assertThat(http.write(head(2) + "{}").read().status()).isEqualTo(202);
                    assertThat(http.write(head(gzip + "Content-Length: " + packed.length() + "\r\n") + packed)
                                    .read()
                                    .status())
                            .isEqualTo(202);
                    assertThat(http.write(head(gzip + "Content-Length: 2\r\n") + "{}")
                                    .read()
                                    .status())
                            .isEqualTo(400);
                    assertThat(http.write(head(2).replace("open", "broken") + "{}")
                                    .read()
                                    .status())
                            .isEqualTo(500);
                    assertThat(http.write(head(2).replace("open", "nobody") + "{}")
                                    .read()
                                    .status())
                            .isEqualTo(404);
                    assertThat(http.write(head(2).replace("POST", "PUT") + "{}")
                                    .read()
                                    .status())
                            .isEqualTo(405);
                    assertThat(http2.answer(http2.send("/hooks/open", "{}")).status())
                            .isEqualTo(202);
                    int reset = http2.begin("/hooks/open");
                    http2.data(reset, "{", false);
                    http2.frame(RawHttp2.RST_STREAM, 0, reset, new byte[] {0, 0, 0, RawHttp2.CANCEL});
                    http2.data(http2.begin("/hooks/open"), "{", false);
                    String half = Integer.toHexString(PART) + "\r\n" + "x".repeat(PART) + "\r\n";
                    http.write(head("Transfer-Encoding: chunked\r\n") + half + half + "0\r\n\r\n");
                    assertOverloaded(http.read());
                    assertThat(http.write(head(300_000)).read().status()).isEqualTo(413);
                }
                try (RawHttp cut = RawHttp.to(gateway)) {
                    cut.write(head(10) + "{");
                }
            }
            // what has its deadline in the middle of a body
            try (RawHttp late = RawHttp.to(gateway).write(head(10) + "{")) {
                assertThat(late.read().status()).isEqualTo(503);
            }

            // Then
            awaitBytes(gateway, 0);
            assertThat(gateway.metric("bactrian_requests_in_flight")).isZero();
        }
    }

    @Test
    void bodies_of_more_than_the_heap_leave_it_standing() throws Exception {
        int port = NatsServer.freePort();
        int managementPort = NatsServer.freePort();
        List<RawHttp> senders = new ArrayList<>();
        // Given: a heap of 256 MiB
        try (GatewayProcess gateway = GatewayProcess.start(
                        directory,
                        "run",
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.http.max-in-flight-bytes=64MiB",
                        "-Dbactrian.journal.min-free=0",
                        "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort(),
                        "-Dcamel.server.host=127.0.0.1",
                        "-Dcamel.server.port=" + port,
                        "-Dcamel.management.port=" + managementPort)
                .awaitReady(managementPort)) {
            String most = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 900001\r\n\r\n" + "x".repeat(900_000);

            // When: 450 MB at once, each one byte short of its end
            for (int i = 0; i < 500; i++) {
                senders.add(RawHttp.to(port).write(most));
            }
            int overloaded = 0;
            for (RawHttp sender : senders) {
                RawHttp.Answer answer = sender.write("x").read();
                assertThat(answer).isNotNull();
                assertThat(answer.status()).isIn(400, 503);
                if (answer.body().contains("overloaded")) {
                    overloaded++;
                }
            }

            // Then
            assertThat(overloaded).isGreaterThan(300);
            assertThat(gateway.isAlive()).isTrue();
            assertThat(gateway.log()).doesNotContain("OutOfMemory");
            String event = "POST /events HTTP/1.1\r\nHost: x\r\nce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\n"
                    + "ce-type: t\r\nContent-Length: 2\r\n\r\n{}";
            assertThat(senders.get(0).write(event).read().status()).isEqualTo(202);
        } finally {
            for (RawHttp sender : senders) {
                sender.close();
            }
        }
    }
}
