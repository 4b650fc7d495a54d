package io.bactrian.camel.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.vertx.core.Vertx;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The port while the routes are not there: before they have started, and when they have stopped. */
class IntakeServerTest {

    private static final String HEAD = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n";

    private final Vertx vertx = Vertx.vertx();
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
}
