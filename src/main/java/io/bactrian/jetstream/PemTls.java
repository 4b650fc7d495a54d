package io.bactrian.jetstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import io.bactrian.pem.Pem;

/** An {@link SSLContext} from PEM files. */
final class PemTls {

    private PemTls() {}

    /**
     * @param ca certificates to trust, or null for the system's
     * @param certificate the client's chain, with {@code key}, or null
     * @throws IOException when a file cannot be read or is not what it should be; names the file, never its content
     */
    static SSLContext context(Path ca, Path certificate, Path key) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null ? null : keyManagers(certificate, key),
                    ca == null ? null : trustManagers(ca),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustManagers(Path ca) throws IOException {
        return read(ca, pem -> Pem.trust(Pem.certificates(pem))).getTrustManagers();
    }

    private static KeyManager[] keyManagers(Path certificate, Path key) throws IOException {
        List<X509Certificate> chain = read(certificate, Pem::certificates);
        return read(key, pem -> Pem.keys(chain, Pem.privateKey(pem))).getKeyManagers();
    }

    private static <T> T read(Path file, Function<byte[], T> parser) throws IOException {
        try {
            return parser.apply(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
