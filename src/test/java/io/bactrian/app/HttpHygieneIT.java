package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.app.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What a sender may do to the public port: framing, slowness, size, encodings, and headers at both borders. */
@ExtendWith(NatsServerExtension.class)
class HttpHygieneIT {

    private static final String HEAD = "POST /hooks/open HTTP/1.1\r\nHost: x\r\n";

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
                .set("bactrian.http.max-gzip-ratio", "20")
                .set("bactrian.http.max-headers", "50")
                .set("bactrian.http.max-header-size", "8KiB")
                .set("bactrian.http.header-timeout", "700ms")
                .set("bactrian.http.request-timeout", "2s")
                .webhook("open", "verify", "none", "id", "header:X-Id", "keepHeaders", "*")
                .webhook("signed", "verify", "hmac", "secret", "key", "header", "X-Signature", "id", "header:X-Id")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        nats.close();
    }

    private static void assertRefused(RawHttp.Answer answer, int status, String slug) {
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).contains("content-type: application/problem+json");
        assertThat(answer.body()).contains("urn:bactrian:problem:" + slug);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 5x\r\n",
                "Content-Length : 5\r\n",
                "Host: y\r\nContent-Length: 0\r\n",
                "Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n",
                "Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 0\r\n",
                "X-Null: a\0b\r\nContent-Length: 0\r\n"
            })
    void a_head_that_two_readers_could_understand_differently_is_refused_and_the_connection_closed(String headers)
            throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            // When: what follows would be a request of its own if the body ended where one reader thinks
            http.write(HEAD + headers + "\r\n0\r\n\r\n" + HEAD + "X-Id: smuggled\r\nContent-Length: 0\r\n\r\n");

            // Then
            assertRefused(http.read(), 400, "invalid-request");
            assertThat(http.isClosed()).isTrue();
            assertThat(gateway.metric("bactrian_journal_pending")).isZero();
            assertThat(nats.messages("EVENTS")).noneMatch(m -> "smuggled".equals(m.header("ce-id")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /hooks/open HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
                "POST /hooks/open HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "POST /hooks/open HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST  /hooks/open\r\n\r\n",
                "not http at all\r\n\r\n",
                // eight bytes behind it are its body for a reader that knows the drafts of WebSocket
                "GET /hooks/open HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n"
            })
    void what_is_not_http_is_refused(String request) throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(request);
            RawHttp.Answer answer = http.read();
            if (answer != null) {
                assertThat(answer.status()).as(answer.head()).isIn(400, 404, 405, 501, 505);
            }
            assertThat(http.isClosed()).isTrue();
        }
    }

    @Test
    void too_many_headers_and_headers_that_are_too_large_are_refused_and_counted() throws IOException {
        String counter = "bactrian_events_rejected_total{reason=\"invalid-request\",webhook=\"unknown\"}";
        double before = gateway.metric(counter);
        String many = IntStream.range(0, 60).mapToObj(i -> "X-" + i + ": v\r\n").collect(Collectors.joining());
        for (String headers : List.of(many, "X-Large: " + "x".repeat(9_000) + "\r\n")) {
            try (RawHttp http = RawHttp.to(gateway)) {
                http.write(HEAD + headers + "Content-Length: 0\r\n\r\n");
                assertRefused(http.read(), 400, "invalid-request");
            }
        }
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("POST /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertRefused(http.read(), 400, "invalid-request");
        }
        assertThat(gateway.metric(counter)).isEqualTo(before + 3);
    }

    @Test
    void a_head_that_trickles_is_cut() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "X-Slow: ");
            http.trickle("x");
        }
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("POST /");
            http.trickle("x");
        }
    }

    @Test
    void empty_lines_that_trickle_are_cut() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.trickle("\r\n");
        }
    }

    @Test
    void a_second_head_that_trickles_is_cut_too() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "X-Id: first-of-two\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(http.read().status()).isEqualTo(202);
            http.write("POST /hooks");
            http.trickle("x");
        }
    }

    @Test
    void a_body_that_trickles_is_answered_503_and_cut() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "Content-Length: 100000\r\n\r\n{");
            assertRefused(http.read(), 503, "deadline-exceeded");
            http.trickle(" ");
        }
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertRefused(http.read(), 404, "not-found");
            http.trickle("1\r\nx\r\n");
        }
    }

    @Test
    void a_length_that_lies_is_not_believed() throws IOException {
        // Given: less than it says
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "X-Id: short\r\nContent-Length: 10\r\n\r\n{}");
            assertRefused(http.read(), 503, "deadline-exceeded");
        }
        // Given: more than it says, which is a second, bad request
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "X-Id: long\r\nContent-Length: 2\r\n\r\n{}{\"more\":1}\r\n\r\n");
            assertThat(http.read().status()).isEqualTo(202);
            assertRefused(http.read(), 400, "invalid-request");
            assertThat(http.isClosed()).isTrue();
        }
        assertThat(nats.messages("EVENTS")).noneMatch(m -> "short".equals(m.header("ce-id")));
    }

    @Test
    void a_chunked_body_is_counted_as_it_arrives() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 5; i++) {
                http.write(chunk);
            }
            assertRefused(http.read(), 413, "payload-too-large");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            // When
            http.write(HEAD + "X-Id: p-1\r\nPrefer: wait=1\r\nContent-Length: 2\r\n\r\n{}" + HEAD
                    + "X-Id: p-2\r\nContent-Length: 2\r\n\r\n{}" + "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");

            // Then
            assertThat(http.read().body()).contains("\"eventId\":\"p-1\"");
            assertThat(http.read().body()).contains("\"eventId\":\"p-2\"");
            assertThat(http.read().status()).isEqualTo(404);
        }
    }

    @Test
    void expect_100_continue_is_answered_before_the_body_and_not_for_one_that_is_too_large() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(http.read().status()).isEqualTo(100);
            http.write("{}");
            assertThat(http.read().status()).isEqualTo(202);
        }
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "Expect: 100-continue\r\nContent-Length: 999999\r\n\r\n");
            assertRefused(http.read(), 413, "payload-too-large");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elsewhere.example.com/hooks/open",
                "//hooks/open",
                "/hooks//open",
                "/hooks/open/",
                "/hooks/../hooks/open",
                "/hooks/%6fpen",
                "/hooks/open%00",
                "/hooks/open;x=1",
                "/hooks/%zz",
                "hooks/open",
                "*"
            })
    void a_target_in_another_form_is_accepted_or_refused_with_a_problem_and_never_redirected(String target)
            throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
            RawHttp.Answer answer = http.read();
            assertThat(answer.status()).as(answer.head()).isIn(202, 400, 404);
            assertThat(answer.head()).doesNotContain("elsewhere");
            if (answer.status() != 202) {
                assertThat(answer.body()).contains("urn:bactrian:problem:");
            }
        }
    }

    @Test
    void http_2_in_clear_text_is_understood_and_an_upgrade_is_ignored() throws Exception {
        // When
        HttpClient http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpResponse<String> upgrade =
                http2.send(gateway.event("h2-1", "{}").build(), HttpResponse.BodyHandlers.ofString());
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            // an empty SETTINGS frame of the client
            http.write("\0\0\0\u0004\0\0\0\0\0");

            // Then: the server's own SETTINGS come first
            byte[] frame = http.readBytes(9);
            assertThat(frame[3]).isEqualTo((byte) 4);
        }
        assertThat(upgrade.statusCode()).isEqualTo(202);
        assertThat(upgrade.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static HttpRequest.Builder packed(HttpRequest.Builder request, byte[] body) {
        return request.header("Content-Encoding", "gzip").POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static StoredMessage stored(String id) {
        return nats.message("EVENTS", id);
    }

    @Test
    void a_gzip_body_is_unpacked_in_every_mode() {
        // Given
        byte[] data = "{\"packed\":true}".getBytes(UTF_8);
        String structured =
                "{\"specversion\":\"1.0\",\"id\":\"z-2\",\"source\":\"/z\",\"type\":\"t\",\"data\":{\"a\":1}}";

        // When
        HttpResponse<String> binary =
                gateway.send(packed(gateway.event("z-1", ""), gzip(data)).header("Prefer", "wait=1"));
        HttpResponse<String> asJson = gateway.send(
                packed(gateway.structured("application/cloudevents+json", ""), gzip(structured.getBytes(UTF_8)))
                        .header("Prefer", "wait=1"));
        HttpResponse<String> webhook = gateway.send(packed(gateway.request("/hooks/open"), gzip(data))
                .header("X-Id", "z-3")
                .header("Prefer", "wait=1"));

        // Then
        assertThat(List.of(binary.statusCode(), asJson.statusCode(), webhook.statusCode()))
                .containsOnly(201);
        assertThat(stored("z-1").data()).isEqualTo(data);
        assertThat(new String(stored("z-2").data(), UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(stored("z-3").data()).isEqualTo(data);
    }

    @Test
    void a_signature_covers_the_bytes_as_received() throws Exception {
        // Given
        byte[] body = gzip("{\"signed\":1}".getBytes(UTF_8));
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec("key".getBytes(UTF_8), "HmacSHA256"));
        String signature = java.util.HexFormat.of().formatHex(mac.doFinal(body));

        // When
        HttpResponse<String> response = gateway.send(packed(gateway.request("/hooks/signed"), body)
                .header("X-Signature", signature)
                .header("X-Id", "z-signed")
                .header("Prefer", "wait=1"));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(new String(stored("z-signed").data(), UTF_8)).isEqualTo("{\"signed\":1}");
    }

    @Test
    void gzip_that_is_damaged_or_a_bomb_and_other_encodings_are_refused() {
        // Given
        byte[] whole = gzip("{\"a\":1}".getBytes(UTF_8));
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 4);
        byte[] flipped = whole.clone();
        flipped[flipped.length - 6] ^= 1;
        byte[] bomb = gzip(new byte[200_000]);
        byte[] large = gzip(new byte[2_000_000]);

        // Then
        assertProblem(gateway.send(packed(gateway.event("z-4", ""), cut)), 400, "invalid-request");
        assertProblem(gateway.send(packed(gateway.event("z-4", ""), flipped)), 400, "invalid-request");
        assertProblem(gateway.send(packed(gateway.event("z-4", ""), new byte[] {1, 2, 3})), 400, "invalid-request");
        assertProblem(gateway.send(packed(gateway.event("z-4", ""), bomb)), 413, "payload-too-large");
        assertProblem(gateway.send(packed(gateway.event("z-4", ""), large)), 413, "payload-too-large");
        for (String encoding : List.of("br", "deflate", "gzip, gzip", "gzip;q=1", "compress")) {
            HttpResponse<String> response =
                    gateway.send(gateway.event("z-4", "{}").header("Content-Encoding", encoding));
            assertProblem(response, 415, "unsupported-media-type");
            assertThat(response.headers().firstValue("Accept-Encoding")).contains("gzip, identity");
            assertThat(response.headers().firstValue("Accept-Post")).isPresent();
        }
        assertThat(nats.messages("EVENTS")).noneMatch(m -> "z-4".equals(m.header("ce-id")));
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // lines end as HTTP wants
    void a_repeated_attribute_header_is_400_naming_it() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write("POST /events HTTP/1.1\r\nHost: x\r\nce-specversion: 1.0\r\nce-id: a\r\nce-id: b\r\n"
                    + "ce-source: /s\r\nce-type: t\r\nContent-Length: 0\r\n\r\n");
            RawHttp.Answer answer = http.read();
            assertRefused(answer, 400, "invalid-cloudevent");
            assertThat(answer.body()).contains("\"header\":\"ce-id\"");
        }
    }

    @Test
    void json_in_another_charset_is_415_and_other_data_keeps_its_type() {
        // When
        HttpResponse<String> json = gateway.send(gateway.structured(
                "application/cloudevents+json; charset=utf-16",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}"));
        HttpResponse<String> text = gateway.send(gateway.request("/hooks/open")
                .header("X-Id", "charset")
                .header("Content-Type", "text/plain; charset=klingon")
                .header("Prefer", "wait=1")
                .POST(HttpRequest.BodyPublishers.ofString("qapla")));

        // Then
        assertProblem(json, 415, "unsupported-media-type");
        assertThat(text.statusCode()).isEqualTo(201);
        assertThat(stored("charset").header("ce-datacontenttype")).isEqualTo("text/plain;%20charset=klingon");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Location: http://evil.example.com/",
                "Retry-After: 7654321",
                "ETag: \"evil\"",
                "Allow: EVIL",
                "WWW-Authenticate: evil",
                "Preference-Applied: evil",
                "Vary: evil",
                "Cache-Control: evil",
                "Bactrian-Duplicate: evil",
                "WebHook-Allowed-Origin: evil",
                "WebHook-Allowed-Rate: evil",
                "Set-Cookie: evil",
                "X-Evil: evil",
                "CamelHttpResponseCode: 299",
                "CamelHttpPath: evil",
                "CamelJetStreamSubject: evil.subject",
                "CamelJetStreamMessageId: evil",
                "Nats-Msg-Id: evil",
                "Nats-Expected-Stream: evil",
                "Authorization: Bearer evil",
                "Cookie: evil",
                "Proxy-Authorization: evil"
            })
    void a_hostile_header_comes_back_in_no_answer_and_reaches_nats_only_as_a_kept_one(String header)
            throws IOException {
        String id = "hostile-" + header.hashCode();
        String name = header.substring(0, header.indexOf(':'));
        try (RawHttp http = RawHttp.to(gateway)) {
            // When
            http.write(HEAD + "X-Id: " + id + "\r\nPrefer: wait=1\r\n" + header + "\r\nContent-Length: 2\r\n\r\n{}");
            RawHttp.Answer answer = http.read();

            // Then
            assertThat(answer.status()).as(answer.head()).isEqualTo(201);
            assertThat(answer.head() + answer.body()).doesNotContain("evil").doesNotContain("7654321");
        }
        StoredMessage message = stored(id);
        assertThat(message.subject()).isEqualTo("events.open");
        assertThat(message.header("Nats-Msg-Id")).hasSize(43);
        if (!name.startsWith("Nats-")) {
            assertThat(message.header(name)).isNull();
        }
        if (name.startsWith("Nats-")
                || name.startsWith("Camel")
                || name.equals("Cookie")
                || name.endsWith("Authorization")) {
            assertThat(message.header("Http-" + name)).isNull();
        }
    }

    @Test
    void a_kept_header_with_bytes_that_nats_cannot_carry_is_encoded() throws IOException {
        try (RawHttp http = RawHttp.to(gateway)) {
            http.write(HEAD + "X-Id: bytes\r\nX-Latin: caf\u00e9\tok\r\nPrefer: wait=1\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(http.read().status()).isEqualTo(201);
        }
        assertThat(stored("bytes").header("Http-X-Latin")).matches("[\\x20-\\x7e]+");
    }
}
