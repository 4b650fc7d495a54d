package io.bactrian.webhook;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The keys that are good at present, each as a MAC ready to be used. All of them are tried, whichever matches, and each
 * is compared in constant time. Thread-safe.
 */
final class HmacKeys {

    private static final Map<String, String> ALGORITHMS =
            Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha384", "HmacSHA384", "sha512", "HmacSHA512");

    private final List<Mac> keys;

    private HmacKeys(List<Mac> keys) {
        this.keys = keys;
    }

    /**
     * @param algorithm sha256, sha1, sha384 or sha512
     * @throws IllegalArgumentException for another algorithm
     */
    static HmacKeys of(String algorithm, Collection<byte[]> keys) {
        String name = ALGORITHMS.get(algorithm);
        if (name == null) {
            throw new IllegalArgumentException("algorithm=" + algorithm + ": expected sha256, sha1, sha384 or sha512");
        }
        return new HmacKeys(keys.stream().map(key -> mac(name, key)).toList());
    }

    /** The secrets' own characters, in UTF-8, are the keys. */
    static HmacKeys ofText(String algorithm, Collection<String> secrets) {
        return of(algorithm, secrets.stream().map(s -> s.getBytes(UTF_8)).toList());
    }

    private static Mac mac(String algorithm, byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    /**
     * @param signature as shown; null matches nothing
     * @param parts of what is signed, in order
     */
    boolean match(byte[] signature, byte[]... parts) {
        return match(signature == null ? List.of() : List.of(signature), parts);
    }

    /** Whether any of the signatures shown is right; each part is hashed once for each key. */
    boolean match(List<byte[]> signatures, byte[]... parts) {
        boolean right = false;
        for (Mac key : keys) {
            byte[] expected = sign(key, parts);
            for (byte[] signature : signatures) {
                right |= MessageDigest.isEqual(expected, signature);
            }
        }
        return right;
    }

    private static byte[] sign(Mac key, byte[]... parts) {
        try {
            // the key's schedule is copied, not computed again
            Mac mac = (Mac) key.clone();
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own HMAC can be cloned", e);
        }
    }
}
