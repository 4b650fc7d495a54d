package io.bactrian.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Public ed25519 keys of 32 bytes. Thread-safe. */
final class Ed25519Keys {

    private static final int LENGTH = 32;

    /** What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4). */
    private static final byte[] INFO = HexFormat.of().parseHex("302a300506032b6570032100");

    private final List<PublicKey> keys;

    private Ed25519Keys(List<PublicKey> keys) {
        this.keys = keys;
    }

    /** @throws IllegalArgumentException when a key has not 32 bytes, or is no point of the curve */
    static Ed25519Keys of(Collection<byte[]> keys) {
        return new Ed25519Keys(keys.stream().map(Ed25519Keys::key).toList());
    }

    private static PublicKey key(byte[] raw) {
        if (raw.length != LENGTH) {
            throw new IllegalArgumentException("secret: expected 32 bytes in base64 behind whpk_");
        }
        byte[] encoded = new byte[INFO.length + LENGTH];
        System.arraycopy(INFO, 0, encoded, 0, INFO.length);
        System.arraycopy(raw, 0, encoded, INFO.length, LENGTH);
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            verifier(key); // only here it shows whether they are a point of the curve
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("secret: the key behind whpk_ is no ed25519 key", e);
        }
    }

    private static Signature verifier(PublicKey key) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        return verifier;
    }

    /** @return whether any of the signatures is one of these keys' */
    boolean match(List<byte[]> signatures, byte[]... parts) {
        boolean right = false;
        for (PublicKey key : keys) {
            for (byte[] signature : signatures) {
                right |= verify(key, signature, parts);
            }
        }
        return right;
    }

    private static boolean verify(PublicKey key, byte[] signature, byte[]... parts) {
        try {
            Signature verifier = verifier(key);
            for (byte[] part : parts) {
                verifier.update(part);
            }
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // not 64 bytes, or no point of the curve
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this key was good when it was read", e);
        }
    }
}
