package io.bactrian.camel.journal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

import io.bactrian.journal.Key;

/**
 * The {@code id} of an event resource: the event's key encrypted with the installation's own key, one AES block. It
 * leads straight to the event without a second index, and nobody can compute it from an event's source and id.
 * Thread-safe.
 */
public final class StatusIds {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int BLOCK = 16;
    private static final int LENGTH = 22;

    private final ThreadLocal<Cipher> encrypt;
    private final ThreadLocal<Cipher> decrypt;

    /** @param installationKey 16 bytes */
    public StatusIds(byte[] installationKey) {
        SecretKeySpec key = new SecretKeySpec(installationKey, "AES");
        this.encrypt = ThreadLocal.withInitial(() -> cipher(Cipher.ENCRYPT_MODE, key));
        this.decrypt = ThreadLocal.withInitial(() -> cipher(Cipher.DECRYPT_MODE, key));
    }

    private static Cipher cipher(int mode, SecretKeySpec key) {
        try {
            // one block of a uniformly distributed key: there is nothing for a mode of operation to hide
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, key);
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is part of every JDK", e);
        }
    }

    /** @return 22 characters of base64url */
    public String idOf(Key key) {
        byte[] block = ByteBuffer.allocate(BLOCK)
                .putLong(key.high())
                .putLong(key.low())
                .array();
        try {
            return ENCODER.encodeToString(encrypt.get().doFinal(block));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the key, or nothing for a text that is no id */
    public Optional<Key> keyOf(String id) {
        if (id.length() != LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] block = Base64.getUrlDecoder().decode(id);
            if (block.length != BLOCK || !ENCODER.encodeToString(block).equals(id)) {
                return Optional.empty();
            }
            ByteBuffer key = ByteBuffer.wrap(decrypt.get().doFinal(block));
            return Optional.of(new Key(key.getLong(), key.getLong()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
