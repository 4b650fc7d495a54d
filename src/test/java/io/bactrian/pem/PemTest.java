package io.bactrian.pem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import io.bactrian.testing.FaultNeeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What openssl writes is read, in each form; what cannot be used is named without a word of it. */
class PemTest {

    @TempDir
    Path directory;

    @BeforeEach
    void needOpenssl() {
        FaultNeeds.needProgram("openssl", "apt-get install openssl");
    }

    private byte[] openssl(String command) throws IOException {
        Path file = directory.resolve("out.pem");
        Files.deleteIfExists(file);
        String[] words = ("openssl " + command.replaceFirst(" ", " -out " + file + " ")).split(" ");
        FaultNeeds.run(words).ok();
        return Files.readAllBytes(file);
    }

    private byte[] keep(String name, byte[] pem) throws IOException {
        Files.write(directory.resolve(name), pem);
        return pem;
    }

    /** A self-signed certificate of the key in this file. */
    private X509Certificate certificateOf(String key) throws IOException {
        byte[] pem = openssl("req -x509 -days 2 -subj /CN=a -key " + directory.resolve(key));
        return Pem.certificates(pem).get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional 2048,                                    RSA PRIVATE KEY, RSA",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072,        PRIVATE KEY,     RSA",
        "ecparam -genkey -name prime256v1,                            EC PRIVATE KEY,  EC",
        "ecparam -genkey -name secp384r1,                             EC PRIVATE KEY,  EC",
        "ecparam -genkey -noout -name secp521r1,                      EC PRIVATE KEY,  EC",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256,      PRIVATE KEY,     EC",
        "genpkey -algorithm ED25519,                                  PRIVATE KEY,     EdDSA"
    })
    void a_key_is_read_in_each_form_and_known_to_belong_to_its_certificate(
            String command, String kind, String algorithm) throws IOException {
        // Given
        byte[] pem = keep("key.pem", openssl(command));
        assertThat(new String(pem, US_ASCII)).contains("-----BEGIN " + kind + "-----");
        X509Certificate own = certificateOf("key.pem");
        keep("other.pem", openssl(command));
        X509Certificate others = certificateOf("other.pem");

        // When
        PrivateKey key = Pem.privateKey(pem);

        // Then
        assertThat(key.getAlgorithm()).isEqualTo(algorithm);
        assertThat(Pem.belongTogether(own, key)).isTrue();
        assertThat(Pem.belongTogether(others, key)).isFalse();
        assertThat(Pem.keys(List.of(own), key).getKeyManagers()).isNotEmpty();
        assertThatThrownBy(() -> Pem.keys(List.of(others), key)).hasMessageContaining("is not the key");
    }

    @Test
    void keys_of_other_kinds_and_curves_do_not_belong_together() throws IOException {
        // Given
        PrivateKey rsa = Pem.privateKey(keep("rsa.pem", openssl("genrsa -traditional 2048")));
        PrivateKey p256 = Pem.privateKey(keep("p256.pem", openssl("ecparam -genkey -name prime256v1")));
        keep("p384.pem", openssl("ecparam -genkey -name secp384r1"));

        // Then
        assertThat(Pem.belongTogether(certificateOf("p256.pem"), rsa)).isFalse();
        assertThat(Pem.belongTogether(certificateOf("rsa.pem"), p256)).isFalse();
        assertThat(Pem.belongTogether(certificateOf("p384.pem"), p256)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrsa -traditional -aes128 -passout pass:secret 2048",
                "genpkey -algorithm RSA -aes128 -pass pass:secret",
            })
    void a_key_with_a_password_is_refused_with_the_command_that_takes_it_off(String command) throws IOException {
        // Given
        byte[] pem = openssl(command);

        // Then
        assertThatThrownBy(() -> Pem.privateKey(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without a password")
                .hasMessageContaining("openssl pkey -in");
    }

    @Test
    void wherever_a_file_is_cut_it_is_refused_and_not_quoted() throws IOException {
        // Given
        byte[] key = keep("key.pem", openssl("ecparam -genkey -noout -name prime256v1"));
        byte[] certificate = openssl("req -x509 -days 2 -subj /CN=a -key " + directory.resolve("key.pem"));
        String two = new String(certificate, US_ASCII).repeat(2);

        // Then: the last line break is no loss
        for (int length = 0; length < key.length - 1; length++) {
            byte[] cut = new String(key, US_ASCII).substring(0, length).getBytes(US_ASCII);
            assertThatThrownBy(() -> Pem.privateKey(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("(is cut off|expected a private key).*");
        }
        assertThat(Pem.certificates(two.getBytes(US_ASCII))).hasSize(2);
        for (int length = certificate.length + 20; length < two.length() - 1; length++) {
            byte[] cut = two.substring(0, length).getBytes(US_ASCII);
            assertThatThrownBy(() -> Pem.certificates(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is cut off");
        }
    }

    @Test
    void damaged_keys_of_every_form_are_refused() throws IOException {
        for (String command : List.of("genrsa -traditional 2048", "ecparam -genkey -noout -name prime256v1")) {
            String pem = new String(openssl(command), US_ASCII);
            List<String> lines = pem.lines().toList();
            for (int i = 1; i < lines.size() - 1; i++) {
                byte[] without = pem.replace(lines.get(i) + "\n", "").getBytes(US_ASCII);

                // Then
                assertThatThrownBy(() -> Pem.privateKey(without))
                        .as("%s without line %d", command, i)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageNotContaining(lines.get(i));
            }
        }
    }

    @Test
    void what_is_no_pem_is_refused_with_what_was_expected() {
        byte[] nonsense = "nonsense".getBytes(US_ASCII);
        assertThatThrownBy(() -> Pem.certificates(nonsense)).hasMessageContaining("-----BEGIN CERTIFICATE-----");
        assertThatThrownBy(() -> Pem.privateKey(nonsense)).hasMessageContaining("-----BEGIN PRIVATE KEY-----");
        byte[] dsa = "-----BEGIN DSA PRIVATE KEY-----\nAQ==\n-----END DSA PRIVATE KEY-----\n".getBytes(US_ASCII);
        assertThatThrownBy(() -> Pem.privateKey(dsa)).hasMessageContaining("RSA, EC or Ed25519");
        byte[] block = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".getBytes(US_ASCII);
        assertThatThrownBy(() -> Pem.certificates(block)).isInstanceOf(IllegalArgumentException.class);
        byte[] ec = "-----BEGIN EC PRIVATE KEY-----\n//////8=\n-----END EC PRIVATE KEY-----\n".getBytes(US_ASCII);
        assertThatThrownBy(() -> Pem.privateKey(ec)).isInstanceOf(IllegalArgumentException.class);
    }
}
