package io.bactrian.jetstream;

import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that demands a certificate of its clients; one self-signed certificate plays all parts. */
class TlsIT {
    private final Publishing publishing = new Publishing();

    @TempDir
    private Path directory;

    private TestCertificate peer;

    @BeforeEach
    void makeCertificate() {
        peer = TestCertificate.selfSigned(directory, "nats");
    }

    @AfterEach
    void close() {
        publishing.close();
    }

    @Test
    void a_server_with_a_ca_of_its_own_that_wants_a_client_certificate_is_published_to() {
        // Given
        NatsServer server = secureServer();

        // When
        NatsOptions options = Publishing.options(server.url())
                .tlsCa(peer.certificate())
                .tlsCert(peer.certificate(), peer.key())
                .build();
        publishing.open(options, PublisherOptions.of(options));
        publishing.awaitConnected();

        // Then: no stream, but an answer
        assertThat(publishing.failure(publishing.message("events.a", "id-1")).errorClass())
                .isEqualTo(ErrorClass.NO_STREAM);
    }

    @Test
    void a_server_that_the_system_does_not_trust_is_refused_and_the_status_says_why() {
        // Given
        NatsServer server = secureServer();

        // When
        publishing.open(server.url().replace("nats://", "tls://"));

        // Then
        Conditions.await(
                Publishing.PATIENCE,
                "the reason is known",
                () -> publishing.nats().status().reason().contains("certif"));
        assertThat(publishing.failure(publishing.message("events.a", "id-1")).errorClass())
                .isEqualTo(ErrorClass.CONFIGURATION);
    }

    @Test
    void a_key_that_cannot_be_used_is_named_with_what_was_expected() throws Exception {
        // Given
        Path dsa = Files.writeString(
                directory.resolve("dsa.pem"), "-----BEGIN DSA PRIVATE KEY-----\nAQ==\n-----END DSA PRIVATE KEY-----\n");
        TestCertificate other = TestCertificate.selfSigned(directory, "other");

        // Then
        assertThatThrownBy(() -> PemTls.context(null, peer.certificate(), dsa))
                .hasMessageContaining(dsa.toString())
                .hasMessageContaining("expected a private key of RSA, EC or Ed25519");
        assertThatThrownBy(() -> PemTls.context(null, peer.certificate(), other.key()))
                .hasMessageContaining(other.key().toString())
                .hasMessageContaining("is not the key of the (first) certificate");
    }

    private NatsServer secureServer() {
        return publishing.server(
                NatsServer.start("tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }"
                        .formatted(peer.certificate(), peer.key(), peer.certificate())));
    }
}
