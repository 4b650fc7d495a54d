package io.bactrian.camel.observe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** How long the certificates of a PEM file hold. The file is read again when it has changed, as after a renewal. */
final class CertificateExpiry {

    private final Path file;
    private FileTime readAt;
    private double notAfter = Double.NaN;

    /** @param file certificates in PEM; of several the first to expire counts */
    CertificateExpiry(Path file) {
        this.file = file;
    }

    /** @return seconds until the first certificate expires, negative afterwards; NaN when the file cannot be read */
    synchronized double seconds() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                notAfter = earliest();
                readAt = changed;
            }
        } catch (IOException | CertificateException e) {
            readAt = null;
            return Double.NaN;
        }
        return notAfter - System.currentTimeMillis() / 1000.0;
    }

    private double earliest() throws IOException, CertificateException {
        double earliest = Double.NaN;
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                double end = ((X509Certificate) each).getNotAfter().toInstant().getEpochSecond();
                earliest = Double.isNaN(earliest) ? end : Math.min(earliest, end);
            }
        }
        return earliest;
    }
}
