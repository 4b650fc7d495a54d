package io.bactrian.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Certificates and private keys as PEM files hold them, and what the JDK's TLS makes of them. What is wrong is an {@link
 * IllegalArgumentException} whose message says what was expected and never quotes the file.
 */
public final class Pem {

    private static final Pattern BLOCK = Pattern.compile("(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----");
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");

    /** Algorithm of a key, and that of a signature it makes. */
    private static final Map<String, String> ALGORITHMS =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private Pem() {}

    private record Block(String kind, String text) {
        byte[] bytes() {
            try {
                return Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("is damaged: a block in it is no Base64", e);
            }
        }
    }

    /** @return all certificates, in their order; at least one */
    public static List<X509Certificate> certificates(byte[] pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(pem)) {
                if (block.kind().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("holds a certificate that cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("expected a certificate in PEM (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /** @return the first private key: RSA, EC or Ed25519, in PKCS #8, PKCS #1 or SEC 1, without a password */
    public static PrivateKey privateKey(byte[] pem) {
        for (Block block : blocks(pem)) {
            if (!block.kind().endsWith("PRIVATE KEY")) {
                continue; // a certificate, or the parameters of a curve
            }
            if (block.kind().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
                throw new IllegalArgumentException(
                        "expected a key without a password: openssl pkey -in FILE -out FILE");
            }
            return switch (block.kind()) {
                case "PRIVATE KEY" -> key(block.bytes());
                case "RSA PRIVATE KEY" -> key(Pkcs8.ofRsa(block.bytes()));
                case "EC PRIVATE KEY" -> key(Pkcs8.ofEc(block.bytes()));
                default -> throw unknownKey(null);
            };
        }
        throw unknownKey(null);
    }

    private static PrivateKey key(byte[] pkcs8) {
        InvalidKeySpecException last = null;
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                last = e; // a key of another kind
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw unknownKey(last);
    }

    private static IllegalArgumentException unknownKey(Exception cause) {
        return new IllegalArgumentException(
                "expected a private key of RSA, EC or Ed25519 in PEM (-----BEGIN PRIVATE KEY-----, or RSA or EC PRIVATE"
                        + " KEY); openssl pkey -in FILE -out FILE makes one of most others",
                cause);
    }

    /** @throws IllegalArgumentException when a block begins and does not end: a file that is being written */
    private static List<Block> blocks(byte[] pem) {
        String text = new String(pem, US_ASCII);
        List<Block> blocks = BLOCK.matcher(text)
                .results()
                .map(found -> new Block(found.group(1), found.group(2)))
                .toList();
        if (BEGIN.matcher(text).results().count() != blocks.size()) {
            throw new IllegalArgumentException("is cut off: something begins in it and does not end");
        }
        return blocks;
    }

    /** @return whether what the key signs is what the certificate verifies */
    public static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            byte[] text = "bactrian".getBytes(US_ASCII);
            Signature signature = Signature.getInstance(ALGORITHMS.get(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another kind, or on another curve
        }
    }

    /**
     * @param chain the certificate of the key first, then those that it was issued by
     * @throws IllegalArgumentException when the key is not that of the first certificate, or one is not issued by the next
     */
    public static KeyManagerFactory keys(List<X509Certificate> chain, PrivateKey key) {
        if (!belongTogether(chain.get(0), key)) {
            throw new IllegalArgumentException("is not the key of the (first) certificate");
        }
        try {
            // the store lives in memory only; its API demands a password
            char[] password = new char[0];
            KeyStore store = emptyStore();
            store.setKeyEntry("own", key, password, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("does not fit the chain of certificates: " + e.getMessage(), e);
        }
    }

    /** @param authorities certificates to trust, and no others */
    public static TrustManagerFactory trust(List<X509Certificate> authorities) {
        try {
            KeyStore store = emptyStore();
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot be used as authorities: " + e.getMessage(), e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read", e);
        }
        return store;
    }
}
