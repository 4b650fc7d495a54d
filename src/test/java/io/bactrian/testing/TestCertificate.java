package io.bactrian.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import io.bactrian.pem.Pem;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A certificate as PEM files, for 127.0.0.1 unless it says otherwise, made with the JDK's keytool.
 *
 * @param certificate PEM
 * @param key PKCS #8, PEM
 */
public record TestCertificate(Path certificate, Path key) {
    /** Of {@link #store}. */
    public static final String PASSWORD = "changeit";

    /**
     * Makes one that is its own authority, with the subject {@code CN=name}.
     *
     * @param more options of keytool, such as {@code -validity 3}, or {@code -ext SAN=DNS:localhost}
     */
    public static TestCertificate selfSigned(Path directory, String name, String... more) {
        return make(directory, name, "CN=" + name, more);
    }

    private static TestCertificate make(Path directory, String name, String subject, String... more) {
        Path store = directory.resolve(name + ".p12");
        List<String> options = new ArrayList<>(List.of("-dname", subject));
        if (!List.of(more).contains("-ext")) {
            options.addAll(List.of("-ext", "SAN=IP:127.0.0.1"));
        }
        if (!List.of(more).contains("-keyalg")) {
            options.addAll(List.of("-keyalg", "EC"));
        }
        options.addAll(List.of(more));
        keytool(store, "-genkeypair", options.toArray(String[]::new));
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return new TestCertificate(
                    pem(
                            directory.resolve(name + ".pem"),
                            "CERTIFICATE",
                            keys.getCertificate("peer").getEncoded()),
                    pem(
                            directory.resolve(name + "-key.pem"),
                            "PRIVATE KEY",
                            keys.getKey("peer", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a certificate that this one, as an authority, has issued; the files lie beside its own. */
    public TestCertificate issue(String name, String subject) {
        Path directory = certificate.getParent();
        TestCertificate issued = make(directory, name, subject);
        Path request = directory.resolve(name + ".csr");
        keytool(directory.resolve(name + ".p12"), "-certreq", "-file", request.toString());
        keytool(
                store(),
                "-gencert",
                "-rfc",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-infile",
                request.toString(),
                "-outfile",
                issued.certificate().toString());
        return issued;
    }

    /** @return certificate and key in PKCS #12 */
    public Path store() {
        return Path.of(certificate.toString().replace(".pem", ".p12"));
    }

    /** A client that trusts this certificate, or what it has issued, and shows nothing. */
    public SSLContext trusted() {
        return trustedBy(null);
    }

    /** A client that trusts this certificate, or what it has issued, and shows its own, whatever the server asks for. */
    public SSLContext trustedBy(TestCertificate client) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    client == null ? null : new KeyManager[] {new Shown(client)},
                    Pem.trust(Pem.certificates(Files.readAllBytes(certificate))).getTrustManagers(),
                    null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JDK's own would not show a certificate that no authority named by the server has issued. */
    private static final class Shown extends X509ExtendedKeyManager {
        private final X509Certificate[] chain;
        private final PrivateKey key;

        Shown(TestCertificate certificate) throws IOException {
            chain = Pem.certificates(Files.readAllBytes(certificate.certificate))
                    .toArray(X509Certificate[]::new);
            key = Pem.privateKey(Files.readAllBytes(certificate.key));
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException();
        }
    }

    private static void keytool(Path store, String command, String... options) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-alias",
                "peer",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        line.addAll(List.of(options));
        FaultNeeds.run(line.toArray(String[]::new)).ok();
    }

    private static Path pem(Path file, String kind, byte[] der) throws IOException {
        return Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind
                        + "-----\n",
                US_ASCII);
    }
}
