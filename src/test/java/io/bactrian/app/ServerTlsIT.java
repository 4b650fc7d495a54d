package io.bactrian.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.WatchedFiles;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import io.bactrian.testing.TestCertificate;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** TLS of the public port, with real clients: who gets in, what is shown, and files that are replaced under it. */
@ExtendWith(NatsServerExtension.class)
class ServerTlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DAY = 86_400;
    private static final Offset<Double> AN_HOUR = Offset.offset(3_600.0);
    private static final String EXPIRY = "bactrian_tls_certificate_expiry_seconds";

    @TempDir
    static Path certificates;

    /** The server's, its own authority. */
    static TestCertificate server;

    static TestCertificate renewed;
    static TestCertificate authority;
    static TestCertificate shop;
    static TestCertificate other;
    static TestCertificate stranger;

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path mounted;

    @BeforeAll
    static void makeCertificates() {
        server = TestCertificate.selfSigned(certificates, "first", "-validity", "3");
        renewed = TestCertificate.selfSigned(certificates, "renewed", "-validity", "300", "-keyalg", "RSA");
        authority = TestCertificate.selfSigned(certificates, "authority", "-ext", "bc:c");
        shop = authority.issue("shop", "CN=shop,O=Example Ltd");
        other = authority.issue("other", "CN=other,O=Example Ltd");
        stranger = TestCertificate.selfSigned(certificates, "stranger", "-ext", "bc:c");
    }

    @BeforeEach
    void mount() throws IOException {
        mounted = Files.createDirectories(directory.resolve("mounted"));
        for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.createSymbolicLink(mounted.resolve(name), Path.of("..data", name));
        }
        replace(server, authority);
        log.start();
        ((Logger) LoggerFactory.getLogger(WatchedFiles.class)).addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(WatchedFiles.class)).detachAppender(log);
    }

    /** As Kubernetes does: a new folder, and one symbolic link that is replaced. */
    private void replace(TestCertificate of, TestCertificate clientCa) throws IOException {
        Path folder = Files.createTempDirectory(mounted, "..");
        Files.copy(of.certificate(), folder.resolve("tls.crt"));
        Files.copy(of.key(), folder.resolve("tls.key"));
        Files.copy(clientCa.certificate(), folder.resolve("ca.crt"));
        point(folder);
    }

    private void point(Path folder) throws IOException {
        Path link = Files.createSymbolicLink(mounted.resolve("..tmp"), folder.getFileName());
        Files.move(link, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private TestGateway.Builder secure() {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.http.tls.cert", mounted.resolve("tls.crt").toString())
                .set("bactrian.http.tls.key", mounted.resolve("tls.key").toString())
                .set("bactrian.reload-interval", "20ms");
    }

    private TestGateway.Builder mutual(String clientAuth) {
        return secure().set("bactrian.http.tls.client-auth", clientAuth)
                .set("bactrian.http.tls.client-ca", mounted.resolve("ca.crt").toString());
    }

    private static HttpClient client(SSLContext context, HttpClient.Version version, String... protocols) {
        SSLParameters parameters = new SSLParameters();
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        return HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(parameters)
                .version(version)
                .build();
    }

    private static HttpRequest.Builder post(TestGateway gateway, String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + gateway.gateway().port() + path))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
    }

    private static HttpResponse<String> send(SSLContext context, HttpRequest.Builder request) throws IOException {
        return send(client(context, HttpClient.Version.HTTP_1_1), request);
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            ApiDescription.shipped().check(answer, false);
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A connection that stays open between requests. */
    private static final class Connection implements AutoCloseable {
        private final SSLSocket socket;

        Connection(TestGateway gateway, SSLContext context) throws IOException {
            socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(
                            InetAddress.getLoopbackAddress(), gateway.gateway().port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            socket.startHandshake();
        }

        X509Certificate shown() throws IOException {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }

        int post(String path) throws IOException {
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").getBytes(US_ASCII));
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("closed after: " + head);
                }
                head.write(b);
            }
            String text = head.toString(ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
            in.readNBytes(Integer.parseInt(text.replaceFirst("(?s).*content-length: (\\d+).*", "$1")));
            return Integer.parseInt(text.substring(9, 12));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static X509Certificate shown(TestGateway gateway, TestCertificate trusted) throws IOException {
        try (Connection connection = new Connection(gateway, trusted.trusted())) {
            return connection.shown();
        }
    }

    private static boolean isTrusted(TestGateway gateway, TestCertificate by) {
        try {
            shown(gateway, by);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private long errors() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().toString().equals("ERROR"))
                .count();
    }

    /** Waits until the files were looked at again, whatever became of it: a file that is looked at behind them was. */
    private void awaitLooks(TestGateway gateway, int looks) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        Path tick = Files.writeString(directory.resolve("tick"), "0");
        WatchedFiles.Watch watch = WatchedFiles.of(gateway.gateway().context())
                .watch("tick", List.of(tick), content -> seen.incrementAndGet());
        for (int i = 1; i <= looks; i++) {
            int before = seen.get();
            Files.writeString(tick, String.valueOf(i));
            Conditions.await(PATIENCE, "looked at", () -> seen.get() > before);
        }
        watch.close();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, TLSv1.2", "HTTP_1_1, TLSv1.3", "HTTP_2, TLSv1.2", "HTTP_2, TLSv1.3"})
    void a_sender_that_trusts_the_certificate_is_answered(HttpClient.Version version, String protocol)
            throws IOException {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway =
                        secure().nats(nats).webhook("open", "verify", "none").start()) {
            nats.createStream("EVENTS", "events.>");

            // When
            HttpResponse<String> answer =
                    send(client(server.trusted(), version, protocol), post(gateway, "/hooks/open"));

            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(1));
        }
    }

    @Test
    void the_guards_of_both_versions_of_http_stand_behind_tls_too() throws IOException {
        try (TestGateway gateway = secure().set("bactrian.http.header-timeout", "2s")
                        .set("bactrian.http.max-body", "256KiB")
                        .webhook("open", "verify", "none")
                        .start();
                Connection connection = new Connection(gateway, server.trusted());
                RawHttp2 http2 = RawHttp2.to(gateway, server.trusted())) {
            // When
            connection
                    .socket
                    .getOutputStream()
                    .write(
                            "POST /hooks/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
                                    .getBytes(US_ASCII));
            int stream = http2.begin("/hooks/open");
            for (int i = 0; i < 17; i++) {
                http2.data(stream, "x".repeat(16_384), false);
            }
            int large = http2.resetOf(stream).status();
            http2.acknowledgingNothing().frame(RawHttp2.HEADERS, 0, http2.nextStream(), RawHttp2.post("/hooks/open"));

            // Then
            assertThat(new String(connection.socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("Content-Length must not come with Transfer-Encoding");
            assertThat(large).as("frames of data are no heads").isEqualTo(413);
            assertThat(http2.closed()).as("a head without an end").isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void who_does_not_speak_tls_gets_no_answer_and_hurts_nobody() throws IOException {
        try (TestGateway gateway = secure().webhook("open", "verify", "none").start()) {
            // When
            try (RawHttp plain = RawHttp.to(gateway)) {
                plain.write("POST /hooks/open HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");

                // Then
                assertThat(plain.read()).isNull();
            }
            assertThat(gateway.metric("bactrian_requests_total{status=\"202\",webhook=\"open\"}"))
                    .isZero();
            assertThat(send(server.trusted(), post(gateway, "/hooks/open")).statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void an_older_tls_is_refused_whatever_the_jdk_would_take() throws IOException {
        // Given: a JDK that has disabled nothing
        Path properties = Files.writeString(
                directory.resolve("java.security"), "jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\n");
        int port = NatsServer.freePort();
        int managementPort = NatsServer.freePort();
        try (GatewayProcess gateway = GatewayProcess.start(
                        directory,
                        Map.of("JAVA_TOOL_OPTIONS", "-Djava.security.properties=" + properties),
                        "run",
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.journal.min-free=0",
                        "-Dbactrian.http.tls.cert=" + renewed.certificate(),
                        "-Dbactrian.http.tls.key=" + renewed.key(),
                        "-Dcamel.server.port=" + port,
                        "-Dcamel.management.port=" + managementPort)
                .awaitReady(managementPort)) {
            // Then: a ServerHello for 1.2, the alert protocol_version for 1.1, 1.0 and SSL 3
            assertThat(greet(port, 0x03)).startsWith(0x16).hasSizeGreaterThan(7);
            for (int minor = 0; minor < 3; minor++) {
                assertThat(HexFormat.of().formatHex(greet(port, minor)))
                        .as("minor version %d", minor)
                        .matches("15....00020246");
            }
            assertThat(gateway.isAlive()).isTrue();
        }
    }

    /** A ClientHello of version 3.minor, as a client of before TLS 1.3 sends it; returns the first bytes of the answer. */
    private static byte[] greet(int port, int minor) throws IOException {
        String version = "030" + minor;
        String hello = version + "00".repeat(32) + "00" // no session
                + "0008" + "c02f" + "c013" + "009c" + "002f" // suites with RSA certificates, for each version
                + "0100";
        String handshake = "010000" + HexFormat.of().toHexDigits((byte) (hello.length() / 2)) + hello;
        String record = "160301" + HexFormat.of().toHexDigits((short) (handshake.length() / 2)) + handshake;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(HexFormat.of().parseHex(record));
            return socket.getInputStream().readNBytes(minor == 3 ? 8 : 7);
        }
    }

    @Test
    void a_replaced_certificate_is_shown_to_new_connections_while_open_ones_go_on() throws IOException {
        try (TestGateway gateway = secure().webhook("open", "verify", "none").start();
                Connection before = new Connection(gateway, server.trusted())) {
            // Given
            assertThat(before.post("/hooks/open")).isEqualTo(202);
            assertThat(gateway.metric(EXPIRY + "{use=\"server\"}")).isCloseTo(3.0 * DAY, AN_HOUR);

            // When
            replace(renewed, authority);
            Conditions.await(PATIENCE, "the new one is shown", () -> isTrusted(gateway, renewed));

            // Then
            assertThat(shown(gateway, renewed).getSubjectX500Principal().getName())
                    .isEqualTo("CN=renewed");
            assertThat(isTrusted(gateway, server)).isFalse();
            assertThat(send(renewed.trusted(), post(gateway, "/hooks/open")).statusCode())
                    .isEqualTo(202);
            assertThat(before.post("/hooks/open")).isEqualTo(202);
            assertThat(gateway.metric(EXPIRY + "{use=\"server\"}")).isCloseTo(300.0 * DAY, AN_HOUR);
            assertThat(errors()).isZero();
        }
    }

    @Test
    void nobody_who_connects_while_certificates_are_replaced_is_lost() throws IOException {
        try (TestGateway gateway = secure().webhook("open", "verify", "none").start()) {
            // When: the same certificate with one blank more each time, so that it is new to the gateway
            SSLContext trusted = server.trusted();
            for (int i = 0; i < 40; i++) {
                Path folder = Files.createTempDirectory(mounted, "..");
                Files.writeString(
                        folder.resolve("tls.crt"), Files.readString(server.certificate()) + " ".repeat(i + 1));
                Files.copy(server.key(), folder.resolve("tls.key"));
                point(folder);
                for (int k = 0; k < 10; k++) {
                    try (Connection connection = new Connection(gateway, trusted)) {
                        // Then
                        assertThat(connection.post("/hooks/open")).isEqualTo(202);
                    }
                }
            }
            assertThat(errors()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"half a certificate", "another key", "no key", "nothing", "no certificate"})
    void a_broken_replacement_is_said_once_and_what_was_valid_stays(String broken) throws IOException {
        try (TestGateway gateway = secure().webhook("open", "verify", "none").start()) {
            // When
            Path folder = Files.createTempDirectory(mounted, "..");
            String certificate = Files.readString(renewed.certificate());
            Files.writeString(
                    folder.resolve("tls.crt"),
                    switch (broken) {
                        case "half a certificate" -> certificate.substring(0, certificate.length() / 2);
                        case "nothing" -> "";
                        default -> certificate;
                    });
            if (!broken.equals("no key")) {
                Files.copy((broken.equals("another key") ? server : renewed).key(), folder.resolve("tls.key"));
            }
            if (broken.equals("no certificate")) {
                Files.delete(folder.resolve("tls.crt"));
            }
            point(folder);
            awaitLooks(gateway, 3);

            // Then
            assertThat(errors()).isEqualTo(1);
            assertThat(log.list.get(0).getFormattedMessage())
                    .contains(
                            "bactrian.http.tls",
                            "stays in force",
                            List.of("another key", "no key").contains(broken) ? "tls.key" : "tls.crt")
                    .doesNotContain("-----BEGIN CERTIFICATE-----\n");
            assertThat(shown(gateway, server).getSubjectX500Principal().getName())
                    .isEqualTo("CN=first");
            assertThat(gateway.metric(EXPIRY + "{use=\"server\"}")).isCloseTo(3.0 * DAY, AN_HOUR);

            // When: it is put right
            replace(renewed, authority);

            // Then
            Conditions.await(PATIENCE, "the new one is shown", () -> isTrusted(gateway, renewed));
            assertThat(errors()).isEqualTo(1);
        }
    }

    @Test
    void where_a_client_certificate_is_required_its_subject_is_known_to_the_route() throws IOException {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = mutual("required")
                        .nats(nats)
                        .webhook(
                                "open",
                                "verify",
                                "none",
                                "eventSubject",
                                "simple:${exchangeProperty.BactrianClientSubject}")
                        .start()) {
            nats.createStream("EVENTS", "events.>");

            // When: a header of that name is the sender's
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<String> answer = send(
                        client(server.trustedBy(shop), version),
                        post(gateway, "/hooks/open").header("BactrianClientSubject", "CN=forged"));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            }

            // Then
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(2));
            assertThat(nats.messages("EVENTS"))
                    .extracting((StoredMessage message) -> message.header("ce-subject"))
                    .containsOnly("CN=shop,O=Example%20Ltd");
            for (SSLContext nobody : List.of(
                    server.trusted(),
                    server.trustedBy(stranger),
                    server.trustedBy(stranger.issue("forged", "CN=shop,O=Example Ltd")))) {
                assertThatThrownBy(() -> send(nobody, post(gateway, "/hooks/open")))
                        .isInstanceOf(IOException.class);
            }
            assertThat(gateway.metric("bactrian_requests_total{status=\"202\",webhook=\"open\"}"))
                    .isEqualTo(2);
            assertThat(gateway.metric(EXPIRY + "{use=\"client-ca\"}")).isPositive();
        }
    }

    @Test
    void where_it_is_requested_a_webhook_may_ask_for_it_and_answers_403_without() throws IOException {
        try (TestGateway gateway = mutual("request")
                .webhook("open", "verify", "none", "eventSubject", "simple:${exchangeProperty.BactrianClientSubject}")
                .webhook("any", "verify", "none", "allowedClients", "*")
                .webhook("shop", "verify", "none", "allowedClients", "CN=ghost; cn=shop, o=example ltd")
                .webhook("both", "verify", "token", "secret", "s", "allowedClients", "*")
                .set("bactrian.events.allowed-clients", "CN=other,O=Example Ltd")
                .start()) {
            // Then: without one, with its header at most
            assertThat(send(server.trusted(), post(gateway, "/hooks/open")).statusCode())
                    .isEqualTo(202);
            HttpResponse<String> none = send(
                    server.trusted(),
                    post(gateway, "/hooks/any").header("BactrianClientSubject", "CN=shop,O=Example Ltd"));
            assertThat(none.statusCode()).isEqualTo(403);
            assertThat(none.body()).contains("client certificate");

            // Then: with one
            assertThat(send(server.trustedBy(shop), post(gateway, "/hooks/any")).statusCode())
                    .isEqualTo(202);
            assertThat(send(server.trustedBy(shop), post(gateway, "/hooks/shop"))
                            .statusCode())
                    .isEqualTo(202);
            HttpResponse<String> wrong = send(server.trustedBy(other), post(gateway, "/hooks/shop"));
            assertThat(wrong.statusCode()).isEqualTo(403);
            assertThat(wrong.body()).contains("CN=other,O=Example Ltd");
            assertThat(send(server.trustedBy(shop), post(gateway, "/hooks/both"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send(server.trustedBy(shop), event(gateway)).statusCode())
                    .isEqualTo(403);
            assertThat(send(server.trustedBy(other), event(gateway)).statusCode())
                    .isEqualTo(202);

            // Then: one of a stranger is worse than none
            assertThatThrownBy(() -> send(server.trustedBy(stranger), post(gateway, "/hooks/open")))
                    .isInstanceOf(IOException.class);
            assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"forbidden\",webhook=\"any\"}"))
                    .isEqualTo(1);
        }
    }

    private static HttpRequest.Builder event(TestGateway gateway) {
        return post(gateway, "/events")
                .header("Content-Type", "application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/s")
                .header("ce-type", "t");
    }

    @Test
    void an_authority_of_clients_that_is_replaced_shuts_out_those_of_before_also_when_they_resume() throws IOException {
        try (TestGateway gateway =
                mutual("required").webhook("open", "verify", "none").start()) {
            // Given: a client with a session to resume
            SSLContext before = server.trustedBy(shop);
            try (Connection connection = new Connection(gateway, before)) {
                assertThat(connection.post("/hooks/open")).isEqualTo(202);

                // When
                replace(server, stranger);
                SSLContext after = server.trustedBy(stranger);
                Conditions.await(PATIENCE, "the new authority is in force", () -> isAnswered(gateway, after));

                // Then
                assertThat(isAnswered(gateway, before)).isFalse();
                assertThat(isAnswered(gateway, server.trustedBy(other))).isFalse();
                assertThat(connection.post("/hooks/open")).isEqualTo(202);
            }
        }
    }

    /** With TLS 1.3 a client learns with its first read that its certificate was refused. */
    private static boolean isAnswered(TestGateway gateway, SSLContext context) {
        try (Connection connection = new Connection(gateway, context)) {
            return connection.post("/hooks/open") == 202;
        } catch (IOException e) {
            return false;
        }
    }

    private Path file(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(TestGateway.Builder gateway, String... words) {
        assertThatThrownBy(() -> gateway.start().close())
                .satisfies(failure -> assertThat(Causes.oneLine(failure)).contains(words))
                .hasStackTraceContaining(ConfigurationException.class.getName());
    }

    @Test
    void files_that_cannot_be_used_stop_the_start_and_name_the_key() {
        String cert = "bactrian.http.tls.cert";
        String key = "bactrian.http.tls.key";
        String ca = "bactrian.http.tls.client-ca";
        String nowhere = directory.resolve("nowhere").toString();
        String nonsense = file("nonsense", "nonsense").toString();

        assertRefused(secure().set(cert, nowhere), cert, nowhere, "expected a readable file");
        assertRefused(secure().set(key, nowhere), key, nowhere, "expected a readable file");
        assertRefused(secure().set(cert, directory.toString()), cert, "expected a readable file");
        assertRefused(secure().set(cert, nonsense), cert, nonsense, "expected a certificate in PEM");
        assertRefused(secure().set(key, nonsense), key, nonsense, "expected a private key");
        assertRefused(secure().set(key, renewed.key().toString()), key, "is not the key of the (first) certificate");
        assertRefused(secure().set(key, ""), key, "a value is needed");
        assertRefused(secure().set(cert, ""), cert, "a value is needed");
        assertRefused(mutual("required").set(ca, ""), ca, "a value is needed");
        assertRefused(mutual("required").set(ca, nowhere), ca, nowhere, "expected a readable file");
        assertRefused(mutual("request").set(ca, nonsense), ca, nonsense, "expected a certificate in PEM");
        assertRefused(mutual("none"), "bactrian.http.tls.client-auth=none", "expected request or required");
        assertRefused(mutual("maybe"), "bactrian.http.tls.client-auth=maybe", "none, request, required");
    }

    @Test
    void a_webhook_that_asks_for_clients_where_none_shows_a_certificate_stops_the_start() {
        assertRefused(
                secure().webhook("shop", "verify", "none", "allowedClients", "CN=shop"),
                "webhook shop",
                "allowedClients",
                "bactrian.http.tls.client-auth");
        assertRefused(
                mutual("request").webhook("shop", "verify", "none", "allowedClients", "shop"),
                "webhook shop",
                "allowedClients=shop",
                "CN=shop,O=Example");
        assertRefused(
                secure().set("bactrian.events.allowed-clients", "*"),
                "bactrian.events.allowed-clients",
                "bactrian.http.tls.client-auth");
        assertRefused(
                mutual("request").set("bactrian.events.allowed-clients", "shop"),
                "bactrian.events.allowed-clients=shop",
                "CN=shop,O=Example");
    }
}
