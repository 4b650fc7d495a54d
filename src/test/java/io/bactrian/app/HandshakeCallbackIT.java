package io.bactrian.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whom the gateway calls because a stranger asked it to, and what of a request gets into its log. */
class HandshakeCallbackIT {

    @TempDir
    Path directory;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.bactrian");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        ours.setLevel(Level.TRACE);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        ours.setLevel(null);
    }

    private String logged() {
        synchronized (log) {
            return java.util.List.copyOf(log.list).stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static HttpResponse<String> ask(TestGateway gateway, String callback) {
        return gateway.send(gateway.request("/events")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("WebHook-Request-Origin", "eventemitter.example.com")
                .header("WebHook-Request-Callback", callback));
    }

    @Test
    void a_callback_is_called_by_tls_when_its_host_is_listed_and_only_logged_otherwise() throws IOException {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                        .set("bactrian.events.callback-hosts", "localhost")
                        .start()) {
            // When
            String path = ":" + target.getLocalPort() + "/confirm?key=k1";
            HttpResponse<String> unlisted = ask(gateway, "https://127.0.0.1" + path);

            // Then
            assertThat(unlisted.headers().firstValue("WebHook-Allowed-Origin")).isPresent();
            Awaitility.await().untilAsserted(() -> assertThat(logged())
                    .contains("Handshake callback not called")
                    .contains("https://127.0.0.1" + path));
            target.setSoTimeout(300);
            assertThatThrownBy(target::accept).isInstanceOf(SocketTimeoutException.class);

            // When
            target.setSoTimeout(30_000);
            ask(gateway, "https://localhost" + path);

            // Then: a TLS handshake record is the first that comes
            try (Socket caller = target.accept()) {
                assertThat(caller.getInputStream().read()).isEqualTo(0x16);
            }
        }
    }

    @Test
    void a_token_gets_into_no_log_whatever_goes_wrong() {
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .webhook("broken", "verify", "token", "secret", "t0pSecret", "type", "simple:${body.nobody}")
                .start()) {
            // When
            HttpResponse<String> failed = gateway.send(gateway.request("/hooks/broken?access_token=t0pSecret")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
            HttpResponse<String> wrong = gateway.send(gateway.request("/hooks/broken?access_token=n0tRight")
                    .header("Authorization", "Bearer n0tRight")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));

            // Then
            assertThat(failed.statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(logged() + failed.body() + wrong.body())
                    .doesNotContain("t0pSecret")
                    .doesNotContain("n0tRight");
        }
    }
}
