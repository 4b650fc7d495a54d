package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Whole exchanges over HTTP/2 in clear text, with prior knowledge, by clients that others wrote. */
@ExtendWith(NatsServerExtension.class)
class Http2IT {

    @TempDir
    static Path directory;

    static NatsServer nats;
    static TestGateway gateway;
    static Vertx vertx;
    static HttpClient client;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        gateway = TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("open", "verify", "none", "id", "header:X-Id")
                .start();
        vertx = Vertx.vertx();
        client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1));
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        gateway.close();
        nats.close();
    }

    /** An answer that has arrived whole. */
    private record Answer(HttpClientResponse head, String body) {
        int status() {
            return head.statusCode();
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static Future<Answer> send(HttpMethod method, String path, String body, String... headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(gateway.gateway().port())
                .setURI(path);
        for (int i = 0; i < headers.length; i += 2) {
            options.putHeader(headers[i], headers[i + 1]);
        }
        // asked for on the event loop: by the time of a second step from here an answer may be over, and its body gone
        return client.request(options).compose(request -> request.send(Buffer.buffer(body))
                .compose(head -> head.body().map(bytes -> new Answer(head, bytes.toString()))));
    }

    private static Future<Answer> event(String id, String body, String... headers) {
        List<String> all =
                new ArrayList<>(List.of("ce-specversion", "1.0", "ce-id", id, "ce-source", "/h2", "ce-type", "t"));
        all.addAll(List.of(headers));
        return send(HttpMethod.POST, "/events", body, all.toArray(String[]::new));
    }

    private static StoredMessage stored(String id) {
        return nats.message("EVENTS", id);
    }

    @Test
    void an_event_gets_into_the_stream_and_can_be_asked_for() {
        // When
        Answer answer = await(event("h2-1", "{\"two\":2}", "Content-Type", "application/json", "Prefer", "wait=5"));

        // Then
        assertThat(answer.head().version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.head().getHeader("Preference-Applied")).isEqualTo("wait=5");
        assertThat(stored("h2-1").text()).isEqualTo("{\"two\":2}");
        String location = answer.head().getHeader("Location");
        assertThat(await(send(HttpMethod.GET, location, "")).body()).contains("\"state\":\"processed\"");
        Answer head = await(send(HttpMethod.HEAD, location, ""));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.head().getHeader("Content-Length")).isNotEqualTo("0");
        Answer again = await(event("h2-1", "{\"two\":2}", "Content-Type", "application/json"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.head().getHeader("Bactrian-Duplicate")).isEqualTo("true");
    }

    @Test
    void a_body_larger_than_the_windows_of_flow_control_arrives_whole() {
        // Given
        String body = "x".repeat(800_000);

        // When
        Answer answer = await(send(HttpMethod.POST, "/hooks/open", body, "X-Id", "h2-large", "Prefer", "wait=5"));

        // Then
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(new String(stored("h2-large").data(), UTF_8)).isEqualTo(body);
    }

    @Test
    void five_hundred_requests_on_one_connection_are_each_answered_and_stored() {
        // When: five times as many as there may be streams, the client keeps to the limit
        List<Future<Answer>> answers = IntStream.range(0, 500)
                .mapToObj(i -> event("h2-many-" + i, "{}", "Content-Type", "application/json"))
                .toList();

        // Then
        assertThat(answers.stream().map(answer -> await(answer).status()))
                .hasSize(500)
                .containsOnly(202);
        Awaitility.await().untilAsserted(() -> assertThat(nats.messages("EVENTS").stream()
                        .map(m -> m.header("ce-id"))
                        .filter(id -> id.startsWith("h2-many-"))
                        .distinct())
                .hasSize(500));
    }

    @Test
    void what_is_refused_has_the_same_problem_document_as_over_http_1() {
        assertRefused(await(event("", "{}")), 400, "invalid-cloudevent");
        assertRefused(await(send(HttpMethod.POST, "/hooks/nobody", "{}")), 404, "unknown-webhook");
        assertRefused(await(send(HttpMethod.GET, "/nowhere", "")), 404, "not-found");
        Answer method = await(send(HttpMethod.PUT, "/hooks/open", "{}"));
        assertRefused(method, 405, "method-not-allowed");
        assertThat(method.head().getHeader("Allow")).isEqualTo("OPTIONS, POST");
        assertRefused(
                await(send(HttpMethod.POST, "/hooks/open", "{}", "Content-Encoding", "br")),
                415,
                "unsupported-media-type");
        assertRefused(await(send(HttpMethod.POST, "/hooks/open", "x".repeat(2_000_000))), 413, "payload-too-large");
    }

    private static void assertRefused(Answer answer, int status, String slug) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.head().getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("urn:bactrian:problem:" + slug);
    }

    @Test
    void curl_is_served_too_and_told_while_it_still_sends() throws Exception {
        FaultNeeds.needProgram("curl", "apt-get install curl");
        // Given
        Path large = Files.write(directory.resolve("large"), new byte[4_000_000]);

        // When
        String event = curl("-H", "X-Id: h2-curl", "-H", "Prefer: wait=5", "-d", "{}");
        String tooLarge = curl("--data-binary", "@" + large);

        // Then
        assertThat(event).endsWith(" 2 201");
        assertThat(stored("h2-curl").text()).isEqualTo("{}");
        assertThat(tooLarge).contains("payload-too-large").endsWith(" 2 413");
    }

    private static String curl(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "curl", "-sS", "--http2-prior-knowledge", "--max-time", "30", "-w", " %{http_version} %{http_code}"));
        command.addAll(List.of(options));
        command.add(gateway.uri("/hooks/open").toString());
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(curl.getInputStream().readAllBytes(), UTF_8);
        curl.waitFor();
        return output;
    }
}
