package io.bactrian.jetstream;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that demands a certificate of its clients; one self-signed certificate plays all parts. */
class TlsIT {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private final Publishing publishing = new Publishing();

    @TempDir
    private Path directory;

    private Path certificate;
    private Path key;

    @BeforeEach
    void makeCertificate() throws Exception {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "nats",
                        "-dname",
                        "CN=nats",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(STORE_PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        certificate = pem("CERTIFICATE", keys.getCertificate("nats").getEncoded());
        key = pem("PRIVATE KEY", keys.getKey("nats", STORE_PASSWORD).getEncoded());
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
                .tlsCa(certificate)
                .tlsCert(certificate, key)
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
    void a_key_in_another_format_is_named_with_the_command_that_converts_it() throws Exception {
        // Given
        Path old = pem("EC PRIVATE KEY", new byte[] {1});

        // Then
        assertThatThrownBy(() -> PemTls.context(null, certificate, old))
                .hasMessageContaining(old.toString())
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    private NatsServer secureServer() {
        return publishing.server(
                NatsServer.start("tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }"
                        .formatted(certificate, key, certificate)));
    }

    private Path pem(String kind, byte[] der) throws Exception {
        Path file = directory.resolve(kind.replace(' ', '-') + ".pem");
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind
                        + "-----\n",
                US_ASCII);
        return file;
    }
}
