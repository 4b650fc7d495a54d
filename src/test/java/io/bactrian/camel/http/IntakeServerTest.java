package io.bactrian.camel.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The port while the routes are not there: before they have started, and when they have stopped. */
class IntakeServerTest {

    private static final String HEAD = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n";

    private final CountingVertx vertx = new CountingVertx(Vertx.vertx());
    private final CamelContext context = new DefaultCamelContext();
    private final IntakeServer server = new IntakeServer("127.0.0.1", 0);

    @BeforeEach
    void listen() throws Exception {
        context.getRegistry().bind("vertx", vertx);
        server.setCamelContext(context);
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        server.stop();
        context.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Knows the timers that are set. */
    private static final class CountingVertx extends VertxWrapper {
        private final Set<Long> timers = ConcurrentHashMap.newKeySet();

        CountingVertx(Vertx vertx) {
            super((VertxInternal) vertx);
        }

        @Override
        public long setTimer(long delay, Handler<Long> handler) {
            long id = super.setTimer(delay, handler);
            timers.add(id);
            return id;
        }

        @Override
        public boolean cancelTimer(long id) {
            timers.remove(id);
            return super.cancelTimer(id);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** @return what comes until the end of a problem document */
    private static String answer(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c >= 0 && c != '}'; ) {
            c = socket.getInputStream().read();
            text.append((char) c);
        }
        return text.toString();
    }

    private static void assertClosed(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read())
                .as("what comes behind the answer")
                .isEqualTo(-1);
    }

    private static void assertLastAnswer(String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 1\r\n")
                .contains("urn:bactrian:problem:stopping")
                .containsIgnoringCase("\r\nConnection: close\r\n");
    }

    @Test
    void who_comes_while_there_are_no_routes_is_told_to_come_again_on_another_connection() throws IOException {
        try (Socket socket = connect()) {
            // When
            send(socket, HEAD + "\r\nbody");

            // Then
            assertLastAnswer(answer(socket));
            assertClosed(socket);
        }
    }

    @Test
    void the_answer_comes_behind_the_body() throws IOException {
        try (Socket socket = connect()) {
            // When
            send(socket, HEAD + "\r\nbo");
            send(socket, "dy");

            // Then
            assertLastAnswer(answer(socket));
            assertClosed(socket);
        }
    }

    @Test
    void who_asks_before_the_body_is_answered_without_it() throws IOException {
        try (Socket socket = connect()) {
            // When
            send(socket, HEAD + "Expect: 100-continue\r\n\r\n");

            // Then
            assertLastAnswer(answer(socket));
        }
    }

    @Test
    void nothing_is_kept_of_a_request_of_http_2_that_was_answered_before_its_end() throws Exception {
        HttpClientOptions options =
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false);
        HttpClient client = vertx.createHttpClient(options);
        try {
            // When: a head that is refused at sight
            HttpClientRequest request = client.request(HttpMethod.POST, server.getPort(), "127.0.0.1", "/events")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            request.headers().add("Idempotency-Key", "1").add("Idempotency-Key", "2");
            HttpClientResponse response = request.send("body")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);

            // Then
            assertThat(response.statusCode()).isEqualTo(400);
            Awaitility.await().untilAsserted(() -> assertThat(vertx.timers).isEmpty());
        } finally {
            client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
