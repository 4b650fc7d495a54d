package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.RawHttp2.CANCEL;
import static io.bactrian.app.RawHttp2.CONTINUATION;
import static io.bactrian.app.RawHttp2.DATA;
import static io.bactrian.app.RawHttp2.END_HEADERS;
import static io.bactrian.app.RawHttp2.END_STREAM;
import static io.bactrian.app.RawHttp2.ENHANCE_YOUR_CALM;
import static io.bactrian.app.RawHttp2.HEADERS;
import static io.bactrian.app.RawHttp2.PING;
import static io.bactrian.app.RawHttp2.REFUSED_STREAM;
import static io.bactrian.app.RawHttp2.RST_STREAM;
import static io.bactrian.app.RawHttp2.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

/** What a sender may do with the frames of HTTP/2: each attack ends, and costs the gateway nothing that stays. */
@ExtendWith(NatsServerExtension.class)
class HostileHttp2IT {

    private static final String WEBHOOK = "/hooks/open";

    /** Streams at a time that the server allows. */
    private static final int STREAMS = 100;

    /** Bytes after which a connection that is still open has no bound. */
    private static final int FLOOD = 200_000_000;

    @TempDir
    static Path directory;

    static NatsServer nats;
    static TestGateway gateway;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.http.max-body", "256KiB")
                .set("bactrian.http.max-headers", "50")
                .set("bactrian.http.max-header-size", "8KiB")
                .set("bactrian.http.header-timeout", "700ms")
                .set("bactrian.http.request-timeout", "2s")
                .routes(routes())
                .webhook("open", "verify", "none", "id", "header:x-id", "keepHeaders", "*")
                .start();
    }

    /** A route that answers with what it got, and one thing of its own. */
    private static Path routes() {
        return TestGateway.routes(directory, "echo.yaml", """
                - route:
                    id: echo
                    from:
                      uri: platform-http:/echo
                      steps:
                        - setHeader:
                            name: ETag
                            constant: own
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    @AfterEach
    void nothing_is_left_and_the_gateway_serves_others() throws IOException {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight"))
                .isZero());
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            assertThat(http.answer(http.send(WEBHOOK, "{}")).status()).isEqualTo(202);
        }
    }

    private static void assertRefused(RawHttp2.Answer answer, int status, String slug) {
        assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("urn:bactrian:problem:" + slug);
    }

    private static boolean isStored(String id) {
        return nats.messages("EVENTS").stream().anyMatch(m -> id.equals(m.header("ce-id")));
    }

    @Test
    void a_body_is_counted_as_it_arrives_and_the_stream_reset_behind_the_413() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            // When: four times 16 KiB fit into the windows, and the rest is given as it is taken
            int stream = http.begin(WEBHOOK);
            for (int i = 0; i < 17; i++) {
                http.data(stream, "x".repeat(16_384), false);
            }
            RawHttp2.Answer answer = http.resetOf(stream);

            // Then
            assertRefused(answer, 413, "payload-too-large");
            assertThat(answer.reset()).isZero();
            int other = http.send(WEBHOOK, "{}");
            assertThat(http.answer(other).status()).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "-1", "x", "1, 1", "99999999999999999999"})
    void a_length_that_lies_is_no_event(String length) throws IOException {
        String id = "lied-" + length.hashCode();
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            // When
            int stream = http.send(WEBHOOK, "{}", "x-id", id, "content-length", length);
            RawHttp2.Answer answer = http.answer(stream);

            // Then
            assertThat(answer.status()).isIn(0, 400);
            assertThat(isStored(id)).isFalse();
        }
    }

    @Test
    void a_body_that_does_not_come_is_answered_503_and_its_stream_reset() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int trickling = http.begin(WEBHOOK);
            http.data(trickling, "{", false);
            assertRefused(http.resetOf(trickling), 503, "deadline-exceeded");
        }
    }

    @Test
    void a_body_that_nobody_reads_is_not_taken_in() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int unknown = http.begin("/nowhere");
            assertRefused(http.resetOf(unknown), 404, "not-found");
            int method = http.nextStream();
            http.frame(
                    HEADERS,
                    END_HEADERS,
                    method,
                    RawHttp2.block(":method", "PUT", ":scheme", "http", ":authority", "x", ":path", WEBHOOK));
            assertRefused(http.resetOf(method), 405, "method-not-allowed");
        }
    }

    @Test
    void a_request_that_its_sender_resets_leaves_nothing_behind() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int stream = http.begin(WEBHOOK, "x-id", "reset");
            http.data(stream, "{", false);
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight"))
                    .isEqualTo(1));
            http.frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
            Awaitility.await().untilAsserted(() -> assertThat(gateway.metric("bactrian_requests_in_flight"))
                    .isZero());
            assertThat(isStored("reset")).isFalse();
        }
    }

    @Test
    void rapid_resets_end_the_connection() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            // When (CVE-2023-44487)
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            for (int i = 0; i < 250; i++) {
                int stream = http.nextStream();
                burst.writeBytes(RawHttp2.bytes(HEADERS, END_HEADERS, stream, RawHttp2.post(WEBHOOK)));
                burst.writeBytes(RawHttp2.bytes(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL}));
            }
            http.write(burst.toByteArray());

            // Then
            assertThat(http.closed()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void there_are_never_more_streams_than_allowed_whether_settings_are_acknowledged_or_not(boolean acknowledging)
            throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            if (acknowledging) {
                http.answer(http.send(WEBHOOK, "{}"));
            } else {
                http.acknowledgingNothing();
            }

            // When
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS + 20; i++) {
                streams.add(http.begin(WEBHOOK));
            }

            // Then: those are refused that are too many, the others may go on
            for (int i = STREAMS; i < streams.size(); i++) {
                assertThat(http.answer(streams.get(i)).reset())
                        .as("stream " + i)
                        .isEqualTo(REFUSED_STREAM);
            }
            assertThat(gateway.metric("bactrian_requests_in_flight")).isEqualTo(STREAMS);
            http.data(streams.get(0), "{}", true);
            assertThat(http.answer(streams.get(0)).status()).isEqualTo(202);
        }
    }

    @Test
    void answers_that_are_not_read_are_bounded_by_the_streams() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            // When: SETTINGS_INITIAL_WINDOW_SIZE 0
            http.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS + 20; i++) {
                int stream = http.nextStream();
                http.frame(HEADERS, END_HEADERS | END_STREAM, stream, RawHttp2.post(WEBHOOK));
                streams.add(stream);
            }

            // Then
            for (int i = STREAMS; i < streams.size(); i++) {
                assertThat(http.answer(streams.get(i)).reset()).isEqualTo(REFUSED_STREAM);
            }
        }
    }

    @Test
    void headers_that_are_too_many_or_too_large_are_refused() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            String[] many = IntStream.range(0, 120)
                    .mapToObj(i -> i % 2 == 0 ? "x-" + i : "v")
                    .toArray(String[]::new);
            assertRefused(http.answer(http.send(WEBHOOK, "{}", many)), 400, "invalid-request");
            assertThat(http.answer(http.send(WEBHOOK, "{}", "x-large", "x".repeat(9_000)))
                            .status())
                    .isEqualTo(431);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nset-cookie: b", "a\nb", "a\0b", "a\u007fb", "\u0001"})
    void a_value_with_control_characters_is_refused(String value) throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int stream = http.send(WEBHOOK, "{}", "x-id", value);
            RawHttp2.Answer answer = http.answer(stream);
            assertRefused(answer, 400, "invalid-request");
            assertThat(answer.head()).doesNotContain("cookie");
            assertRefused(http.answer(http.send(WEBHOOK, "{}", "x-other", value)), 400, "invalid-request");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-type", "idempotency-key", "webhook-request-origin", "host", "expect"})
    void a_header_twice_that_has_one_value_is_refused(String name) throws IOException {
        String id = "twice-" + name;
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int stream = http.send(WEBHOOK, "{}", "x-id", id, name, "2", name, "2");
            assertThat(http.answer(stream).status()).isIn(0, 400);
            assertThat(isStored(id)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hooks/open", "*", "", "http://x/hooks/open", "/hooks/%zz", "/hooks/open\r\nx: y", "//"})
    void a_path_in_another_form_is_accepted_or_refused_with_a_problem(String path) throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            RawHttp2.Answer answer = http.answer(http.send(path, "{}"));
            assertThat(answer.status()).as(path).isIn(0, 202, 400, 404);
            if (answer.status() >= 400) {
                assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
            }
        }
    }

    @Test
    void no_connection_is_made_to_elsewhere() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int stream = http.nextStream();
            http.frame(
                    HEADERS,
                    END_HEADERS | END_STREAM,
                    stream,
                    RawHttp2.block(":method", "CONNECT", ":authority", "elsewhere:80"));
            RawHttp2.Answer answer = http.answer(stream);
            assertThat(answer.status()).isIn(0, 400, 404, 405);
        }
    }

    @Test
    void a_head_in_endless_pieces_ends_the_connection() throws IOException {
        // When: pieces that add up
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            http.frame(HEADERS, 0, http.nextStream(), RawHttp2.post(WEBHOOK));
            flood(http, RawHttp2.bytes(CONTINUATION, 0, 1, RawHttp2.block("x", "y".repeat(10_000))));
        }
        // When: pieces of nothing
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            http.frame(HEADERS, 0, http.nextStream(), RawHttp2.post(WEBHOOK));
            flood(http, RawHttp2.bytes(CONTINUATION, 0, 1, new byte[0]));
        }
    }

    /** Writes a frame until the server has closed the connection, and reads nothing. */
    private static void flood(RawHttp2 http, byte[] frame) throws IOException {
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        while (burst.size() < 64 * 1024) {
            burst.writeBytes(frame);
        }
        try {
            for (int written = 0; written < FLOOD; written += burst.size()) {
                http.write(burst.toByteArray());
            }
        } catch (SocketException closed) {
            return;
        }
        throw new AssertionError("still open");
    }

    @Test
    void a_head_that_does_not_end_is_cut_however_it_trickles() throws IOException {
        // a block without its end
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            http.acknowledgingNothing();
            http.frame(HEADERS, 0, http.nextStream(), RawHttp2.post(WEBHOOK));
            assertThat(http.closed()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        // a frame without its end
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            http.write(new byte[] {0, 0, 100, HEADERS, END_HEADERS, 0, 0, 0, 1, 0, 0});
            assertThat(http.closed()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        // the head of a frame without its end
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            http.acknowledgingNothing();
            http.write(new byte[] {0, 0, 100, DATA});
            assertThat(http.closed()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {PING, SETTINGS})
    void answers_to_control_frames_that_are_not_read_end_the_connection(int type) throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            flood(http, RawHttp2.bytes(type, 0, 0, new byte[type == PING ? 8 : 0]));
        }
    }

    @Test
    void empty_frames_of_data_end_the_connection() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            int stream = http.begin(WEBHOOK);
            flood(http, RawHttp2.bytes(DATA, 0, stream, new byte[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "location",
                "retry-after",
                "etag",
                "allow",
                "www-authenticate",
                "preference-applied",
                "vary",
                "cache-control",
                "bactrian-duplicate",
                "webhook-allowed-origin",
                "content-disposition",
                "set-cookie",
                "camelhttpresponsecode",
                "nats-msg-id",
                "authorization",
                "cookie"
            })
    void a_hostile_header_comes_back_in_no_answer(String name) throws IOException {
        String id = "hostile-" + name;
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            RawHttp2.Answer answer =
                    http.answer(http.send(WEBHOOK, "{}", "x-id", id, "prefer", "wait=5", name, "evil"));

            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            assertThat(answer.head() + answer.body()).doesNotContain("evil");
            assertThat(isStored(id)).isTrue();
        }
    }

    @Test
    void no_request_header_comes_back_from_a_route_that_keeps_them() throws IOException {
        try (RawHttp2 http = RawHttp2.to(gateway)) {
            RawHttp2.Answer answer = http.answer(http.send(
                    "/echo",
                    "body",
                    "location",
                    "evil",
                    "vary",
                    "evil",
                    "vary",
                    "wicked",
                    "allow",
                    "own",
                    "x",
                    "evil"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("etag")).isEqualTo("own");
            assertThat(answer.header("allow")).isNull();
            assertThat(answer.head()).doesNotContain("evil").doesNotContain("wicked");
        }
    }
}
