package io.bactrian.camel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.pem.Pem;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;

/** TLS of the public port as {@code bactrian.http.tls.*} says: which files, and what they hold. */
public final class ServerTls {

    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private final PemFile certificate;
    private final PemFile key;
    private final PemFile clientCa;
    private final ClientAuth clientAuth;

    /** A file and the key that names it, which is what a message has to say. */
    private record PemFile(String name, Path path) {
        <T> T parse(byte[] content, Function<byte[], T> parser) {
            try {
                return parser.apply(content);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(name + "=" + path + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * What the files held when they were read.
     *
     * @param subject of the server's own certificate
     * @param end when the first certificate of its chain expires
     * @param clientCaEnd when the first of the clients' authorities expires; null where no client is asked
     * @param options for the server
     */
    public record Certificates(String subject, Instant end, Instant clientCaEnd, SSLOptions options) {}

    private ServerTls(PemFile certificate, PemFile key, PemFile clientCa, ClientAuth clientAuth) {
        this.certificate = certificate;
        this.key = key;
        this.clientCa = clientCa;
        this.clientAuth = clientAuth;
    }

    /**
     * Reads the keys, not yet the files.
     *
     * @return nothing where the port speaks plain HTTP
     * @throws ConfigurationException when one key lacks another, or a file is not there
     */
    public static Optional<ServerTls> of(BactrianConfig config) {
        PemFile certificate = file(config, "bactrian.http.tls.cert");
        PemFile key = file(config, "bactrian.http.tls.key");
        PemFile clientCa = file(config, "bactrian.http.tls.client-ca");
        String clientAuth = clientAuth(config);
        if (certificate != null || clientCa != null || asksClients(config)) {
            config.text("bactrian.http.tls.key");
        }
        if (key != null) {
            config.text("bactrian.http.tls.cert");
        }
        if (asksClients(config)) {
            config.text("bactrian.http.tls.client-ca");
        } else if (clientCa != null) {
            throw new ConfigurationException(
                    "bactrian.http.tls.client-auth=none: expected request or required, since bactrian.http.tls.client-ca is"
                            + " given");
        }
        return key == null
                ? Optional.empty()
                : Optional.of(new ServerTls(
                        certificate, key, clientCa, ClientAuth.valueOf(clientAuth.toUpperCase(Locale.ROOT))));
    }

    private static String clientAuth(BactrianConfig config) {
        return config.word("bactrian.http.tls.client-auth", Set.of("none", "request", "required"));
    }

    /** @return whether clients are asked for a certificate */
    public static boolean asksClients(BactrianConfig config) {
        return !clientAuth(config).equals("none");
    }

    private static PemFile file(BactrianConfig config, String key) {
        Optional<PemFile> file = config.find(key).map(text -> new PemFile(key, Path.of(text)));
        file.ifPresent(pem -> {
            if (!Files.isRegularFile(pem.path()) || !Files.isReadable(pem.path())) {
                throw new ConfigurationException(key + "=" + pem.path() + ": expected a readable file");
            }
        });
        return file.orElse(null);
    }

    ClientAuth clientAuth() {
        return clientAuth;
    }

    /** @return those to watch, in the order that {@link #certificates} takes */
    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(certificate.path(), key.path()));
        if (clientCa != null) {
            files.add(clientCa.path());
        }
        return files;
    }

    /**
     * @param contents of {@link #files()}
     * @throws ConfigurationException as {@link #read}
     */
    Certificates certificates(List<byte[]> contents) {
        List<X509Certificate> chain = certificate.parse(contents.get(0), Pem::certificates);
        SSLOptions options = new SSLOptions()
                .setKeyCertOptions(
                        key.parse(contents.get(1), pem -> KeyCertOptions.wrap(Pem.keys(chain, Pem.privateKey(pem)))))
                .setEnabledSecureTransportProtocols(PROTOCOLS);
        Instant clientCaEnd = null;
        if (clientCa != null) {
            List<X509Certificate> authorities = clientCa.parse(contents.get(2), Pem::certificates);
            options.setTrustOptions(TrustOptions.wrap(Pem.trust(authorities)));
            clientCaEnd = end(authorities);
        }
        return new Certificates(chain.get(0).getSubjectX500Principal().getName(), end(chain), clientCaEnd, options);
    }

    private static Instant end(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** @throws ConfigurationException naming the key whose file cannot be used, and what was expected */
    public Certificates read() {
        List<byte[]> contents = new ArrayList<>();
        try {
            for (Path file : files()) {
                contents.add(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new ConfigurationException("bactrian.http.tls: cannot be read: " + e.getMessage(), e);
        }
        return certificates(contents);
    }
}
