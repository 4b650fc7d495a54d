package io.bactrian.camel.jetstream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Properties;

import io.bactrian.camel.EventProperties;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsAccount;
import io.bactrian.testing.NatsBinary;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.TestCertificate;
import io.nats.client.Connection;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Every way to reach NATS, by the keys a user writes. */
class NatsKeysIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String USERS = """
            authorization { users: [ { user: admin, password: admin }, %s ] }
            """;

    private CamelContext context;
    private NatsServer server;

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        if (context != null) {
            context.stop();
        }
        if (server != null) {
            server.close();
        }
    }

    private void start(String config) {
        server = NatsServer.builder().config(config).admin("admin", "admin").start();
        server.createStream("EVENTS", "events.>");
    }

    private void open(String... keysAndValues) {
        Properties properties = new Properties();
        properties.setProperty("bactrian.nats.servers", server == null ? "nats://127.0.0.1:1" : server.url());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty("bactrian.nats." + keysAndValues[i], keysAndValues[i + 1]);
        }
        context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        context.start();
        NatsService.of(context);
    }

    /** Publishes until it is acknowledged, as delivery does. */
    private long publish() {
        return Conditions.awaitValue(PATIENCE, "acknowledged", () -> {
            try (var template = context.createProducerTemplate()) {
                Exchange answer = template.request("jetstream:events.a", exchange -> {
                    exchange.setPattern(ExchangePattern.InOut);
                    exchange.getMessage().setBody("data");
                });
                return answer.getMessage().getHeader(EventProperties.SEQUENCE, Long.class);
            } catch (CamelExecutionException e) {
                return null;
            }
        });
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void user_and_password() {
        start(USERS.formatted("{ user: joe, password: s3cret }"));
        open("user", "joe", "password", "s3cret");
        assertThat(publish()).isEqualTo(1);
    }

    @Test
    void a_user_in_the_url_of_a_server() {
        start(USERS.formatted("{ user: joe, password: s3cret }"));
        open("servers", server.url().replace("://", "://joe:s3cret@"));
        assertThat(publish()).isEqualTo(1);
    }

    @Test
    void a_token() {
        server = NatsServer.start("authorization { token: s3cret }");
        open("token", "s3cret");
        Conditions.await(
                PATIENCE,
                "connected",
                () -> NatsService.of(context).connection().status().connected());
    }

    @Test
    void an_nkey_file_that_is_read_again_when_it_was_replaced() throws Exception {
        // Given
        NKey first = NKey.createUser(new SecureRandom());
        NKey second = NKey.createUser(new SecureRandom());
        start(USERS.formatted("{ nkey: %s }".formatted(new String(first.getPublicKey()))));
        Path seed = file("user.nk", new String(first.getSeed()));
        open("nkey-file", seed.toString());
        long before = publish();

        // When
        Files.writeString(seed, new String(second.getSeed()));
        server.restart(USERS.formatted("{ nkey: %s }".formatted(new String(second.getPublicKey()))));

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(publish()).isEqualTo(2);
    }

    @Test
    @SuppressWarnings("try") // closing a connection may be interrupted
    void a_credentials_file_with_a_jwt_that_is_read_again_when_it_was_renewed() throws Exception {
        // Given
        NatsAccount account = new NatsAccount();
        server = NatsServer.start(account.config());
        Path credentials = file("user.creds", account.credentials("joe", Duration.ofHours(1)));
        try (Connection admin = Nats.connect(Options.builder()
                .server(server.url())
                .authHandler(Nats.credentials(credentials.toString()))
                .build())) {
            admin.jetStreamManagement()
                    .addStream(io.nats.client.api.StreamConfiguration.builder()
                            .name("EVENTS")
                            .subjects("events.>")
                            .build());
        }
        Files.writeString(credentials, account.credentials("joe", Duration.ofSeconds(2)));
        open("credentials-file", credentials.toString());
        long before = publish();

        // When: the JWT expires, the server ends the connection, and a new JWT is there
        Conditions.await(
                PATIENCE,
                "expired",
                () -> !NatsService.of(context).connection().status().connected());
        Files.writeString(credentials, account.credentials("joe", Duration.ofHours(1)));

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(publish()).isEqualTo(2);
    }

    @Test
    void a_server_with_an_authority_of_its_own() {
        TestCertificate peer = TestCertificate.selfSigned(directory, "nats");
        server = NatsServer.start(
                "tls { cert_file: \"%s\", key_file: \"%s\" }".formatted(peer.certificate(), peer.key()));
        open("tls.ca", peer.certificate().toString());
        Conditions.await(
                PATIENCE,
                "connected",
                () -> NatsService.of(context).connection().status().connected());
    }

    @Test
    void a_client_certificate_that_is_read_again_when_it_was_renewed() throws Exception {
        // Given
        TestCertificate peer = TestCertificate.selfSigned(directory, "nats");
        TestCertificate first = TestCertificate.selfSigned(directory, "first");
        TestCertificate second = TestCertificate.selfSigned(directory, "second");
        String config = "tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }";
        server = NatsServer.start(config.formatted(peer.certificate(), peer.key(), first.certificate()));
        Path certificate = Files.copy(first.certificate(), directory.resolve("client.pem"));
        Path key = Files.copy(first.key(), directory.resolve("client-key.pem"));
        open(
                "tls.ca", peer.certificate().toString(),
                "tls.cert", certificate.toString(),
                "tls.key", key.toString());
        NatsService service = NatsService.of(context);
        Conditions.await(
                PATIENCE, "connected", () -> service.connection().status().connected());
        Connection connection = service.connection().connection();

        // When
        server.restart(config.formatted(peer.certificate(), peer.key(), second.certificate()));
        Conditions.await(
                PATIENCE, "refused", () -> !service.connection().status().connected());
        Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);

        // Then
        Conditions.await(PATIENCE, "back", () -> service.connection().status().connected());
        assertThat(service.connection().connection()).as("by a reconnect").isSameAs(connection);
    }

    @Test
    @Tag("faults")
    void tls_before_the_servers_greeting() {
        // Given: nats-server 2.10.4 or newer
        Path newest = NatsBinary.latest().orElse(null);
        Assumptions.assumeTrue(newest != null, "SKIPPED: needs the newest nats-server (NATS_SERVER_LATEST)");
        TestCertificate peer = TestCertificate.selfSigned(directory, "nats");
        server = NatsServer.builder()
                .binary(newest)
                .config("tls { cert_file: \"%s\", key_file: \"%s\", handshake_first: true }"
                        .formatted(peer.certificate(), peer.key()))
                .start();

        // When
        open("tls.ca", peer.certificate().toString(), "tls.first", "true");

        // Then
        Conditions.await(
                PATIENCE,
                "connected",
                () -> NatsService.of(context).connection().status().connected());
    }

    @Test
    void a_list_of_servers_of_which_one_is_up() {
        // Given
        server = NatsServer.start();
        server.createStream("EVENTS", "events.>");
        int free = NatsServer.freePort();
        open("servers", "nats://127.0.0.1:" + free + ", " + server.url());
        long before = publish();

        // When: it moves
        server.stop();
        try (NatsServer other = NatsServer.builder().port(free).start()) {
            other.createStream("EVENTS", "events.>");

            // Then
            assertThat(before).isEqualTo(1);
            assertThat(publish()).as("the first one there").isEqualTo(1);
            context.stop();
        }
    }

    @Test
    void the_connection_of_an_embedding_application() throws Exception {
        // Given
        server = NatsServer.start();
        server.createStream("EVENTS", "events.>");
        Connection own = Nats.connect(Options.builder()
                .server(server.url())
                .maxReconnects(-1)
                .reconnectBufferSize(0)
                .dontForceFlushOnRequest()
                .build());
        context = new DefaultCamelContext();
        context.getRegistry().bind("ours", own);
        context.start();

        // When
        long sequence = publish();
        context.stop();

        // Then
        assertThat(sequence).isEqualTo(1);
        assertThat(own.getStatus()).isEqualTo(Connection.Status.CONNECTED);
        own.close();
    }
}
