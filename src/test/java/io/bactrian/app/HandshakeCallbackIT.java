package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bactrian.testing.CallbackServer;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.TestCertificate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** A gateway that calls back localhost, and trusts this certificate. */
    private TestGateway trusting(TestCertificate certificate) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.events.callback-hosts", "localhost")
                .set("bactrian.events.allowed-rate", "120")
                .set("camel.ssl.enabled", "true")
                .set("camel.ssl.trustStore", "file:" + certificate.store())
                .set("camel.ssl.trustStorePassword", TestCertificate.PASSWORD)
                .start();
    }

    private void awaitLog(String... texts) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(logged())
                .contains(texts));
    }

    @Test
    void a_callback_grants_origin_and_rate_and_the_answer_grants_them_too() {
        TestCertificate certificate = TestCertificate.selfSigned(directory, "sender", "-ext", "SAN=DNS:localhost");
        try (CallbackServer sender = new CallbackServer(certificate);
                TestGateway gateway = trusting(certificate)) {
            // When
            HttpResponse<String> answer = ask(gateway, "https://LocalHost:" + sender.port() + "/confirm?id=1&key=k1");

            // Then
            assertThat(answer.headers().firstValue("WebHook-Allowed-Origin")).contains("eventemitter.example.com");
            assertThat(answer.headers().firstValue("WebHook-Allowed-Rate")).contains("120");
            awaitLog("Handshake callback called", "host=LocalHost status=204");
            assertThat(sender.requests())
                    .containsExactly(new CallbackServer.Request(
                            "POST", "/confirm?id=1&key=k1", "eventemitter.example.com", "120", ""));
        }
    }

    @Test
    void a_redirect_is_not_followed_and_a_body_without_end_not_read() throws InterruptedException {
        TestCertificate certificate = TestCertificate.selfSigned(directory, "sender", "-ext", "SAN=DNS:localhost");
        try (CallbackServer sender = new CallbackServer(certificate);
                TestGateway gateway = trusting(certificate)) {
            String address = "https://localhost:" + sender.port();

            // When
            ask(gateway, address + CallbackServer.REDIRECT);
            awaitLog("status=302");
            ask(gateway, address + CallbackServer.ENDLESS);
            awaitLog("status=200");
            sender.awaitCut();

            // Then
            assertThat(sender.requests().stream().map(CallbackServer.Request::target))
                    .containsExactly(CallbackServer.REDIRECT, CallbackServer.ENDLESS);
        }
    }

    @Test
    void a_callback_that_is_not_answered_is_given_up_and_holds_up_no_handshake() {
        TestCertificate certificate = TestCertificate.selfSigned(directory, "sender", "-ext", "SAN=DNS:localhost");
        try (CallbackServer sender = new CallbackServer(certificate);
                TestGateway gateway = trusting(certificate)) {
            // When: more than there are threads for them
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer =
                        ask(gateway, "https://localhost:" + sender.port() + CallbackServer.SILENT);
                assertThat(answer.statusCode()).isEqualTo(200);
            }

            // Then
            Awaitility.await().untilAsserted(() -> assertThat(sender.requests()).hasSize(5));
            awaitLog("Handshake callback failed", "HttpTimeoutException");
        }
    }

    @Test
    void a_certificate_that_is_not_trusted_or_of_another_name_ends_the_callback() {
        TestCertificate trusted =
                TestCertificate.selfSigned(directory, "trusted", "-ext", "SAN=DNS:elsewhere.example.com");
        TestCertificate stranger = TestCertificate.selfSigned(directory, "stranger", "-ext", "SAN=DNS:localhost");
        try (CallbackServer elsewhere = new CallbackServer(trusted);
                CallbackServer unknown = new CallbackServer(stranger);
                TestGateway gateway = trusting(trusted)) {
            // When
            ask(gateway, "https://localhost:" + elsewhere.port() + "/");
            awaitLog("Handshake callback failed", "matching localhost found");
            ask(gateway, "https://localhost:" + unknown.port() + "/");
            awaitLog("unable to find valid certification path");

            // Then
            assertThat(elsewhere.requests()).isEmpty();
            assertThat(unknown.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1", "2130706433", "[::1]", "localhost.", "localhost.example.com"})
    void a_host_that_is_not_listed_by_this_very_name_is_only_logged(String host) {
        TestCertificate certificate =
                TestCertificate.selfSigned(directory, "sender", "-ext", "SAN=DNS:localhost,IP:127.0.0.1");
        try (CallbackServer sender = new CallbackServer(certificate);
                TestGateway gateway = trusting(certificate)) {
            // When
            String callback = "https://" + host + ":" + sender.port() + "/confirm?key=k1";
            HttpResponse<String> answer = ask(gateway, callback);
            ask(gateway, "https://localhost:" + sender.port() + "/listed");
            awaitLog("status=204");

            // Then: what a person may open is in the log, unless it is no address at all
            if (answer.statusCode() == 200) {
                assertThat(logged()).contains("Handshake callback not called").contains(callback);
            }
            assertThat(sender.requests().stream().map(CallbackServer.Request::target))
                    .containsExactly("/listed");
        }
    }

    @Test
    void the_trust_store_of_the_jvm_is_enough() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(directory, "sender", "-ext", "SAN=DNS:localhost");
        int port = NatsServer.freePort();
        int managementPort = NatsServer.freePort();
        try (CallbackServer sender = new CallbackServer(certificate);
                GatewayProcess gateway = GatewayProcess.start(
                                directory,
                                Map.of(
                                        "JAVA_TOOL_OPTIONS",
                                        "-Djavax.net.ssl.trustStore=" + certificate.store()
                                                + " -Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD),
                                "run",
                                "-Dbactrian.events.verify=none",
                                "-Dbactrian.events.callback-hosts=localhost",
                                "-Dbactrian.journal.min-free=0",
                                "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort(),
                                "-Dcamel.server.host=127.0.0.1",
                                "-Dcamel.server.port=" + port,
                                "-Dcamel.management.port=" + managementPort)
                        .awaitReady(managementPort);
                RawHttp http = RawHttp.to(port)) {
            // When
            http.write("OPTIONS /events HTTP/1.1\r\nHost: x\r\nWebHook-Request-Origin: e.example.com\r\n"
                    + "WebHook-Request-Callback: https://localhost:" + sender.port() + "/confirm\r\n\r\n");

            // Then
            assertThat(http.read().status()).isEqualTo(200);
            Awaitility.await().untilAsserted(() -> assertThat(gateway.log()).contains("status=204"));
            assertThat(sender.requests())
                    .containsExactly(new CallbackServer.Request("POST", "/confirm", "e.example.com", "*", ""));
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
            assertThat(failed.statusCode()).isEqualTo(202);
            assertThat(logged()).contains("broken");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(logged() + failed.body() + wrong.body())
                    .doesNotContain("t0pSecret")
                    .doesNotContain("n0tRight");
        }
    }
}
