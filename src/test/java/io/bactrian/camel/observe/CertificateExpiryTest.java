package io.bactrian.camel.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import io.bactrian.testing.FaultNeeds;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** When a certificate ends, also after it was renewed. */
class CertificateExpiryTest {

    private static final int DAY = 86_400;
    private static final Offset<Double> AN_HOUR = Offset.offset(3_600.0);

    @TempDir
    Path directory;

    /** A PEM certificate that holds for so many days. */
    private String certificate(String name, int days) {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String store = directory.resolve(name + ".p12").toString();
        FaultNeeds.run(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "a",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        String.valueOf(days),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store)
                .ok();
        return FaultNeeds.run(
                        keytool, "-exportcert", "-rfc", "-alias", "a", "-storepass", "changeit", "-keystore", store)
                .ok()
                .output();
    }

    @Test
    void the_first_certificate_to_end_counts_and_a_renewal_is_seen() throws IOException {
        // Given
        Path file =
                Files.writeString(directory.resolve("chain.pem"), certificate("long", 100) + certificate("short", 3));
        CertificateExpiry expiry = new CertificateExpiry(file);
        assertThat(expiry.seconds()).isCloseTo(3.0 * DAY, AN_HOUR);

        // When
        Files.writeString(file, certificate("renewed", 365));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));

        // Then
        assertThat(expiry.seconds()).isCloseTo(365.0 * DAY, AN_HOUR);
    }

    @Test
    void a_file_that_cannot_be_read_has_no_value() throws IOException {
        // Given
        Path none = directory.resolve("none.pem");
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");

        // Then
        assertThat(new CertificateExpiry(none).seconds()).isNaN();
        assertThat(new CertificateExpiry(nonsense).seconds()).isNaN();
    }
}
