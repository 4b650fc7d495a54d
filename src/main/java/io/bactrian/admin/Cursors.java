package io.bactrian.admin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where a page ends, in a form that only this installation can make, and that fits only the filter it was made for: a
 * cursor with another filter would skip events in silence. Thread-safe.
 */
final class Cursors {
    private static final int SEAL = 12;

    private final SecretKeySpec key;

    /** @param installationKey 16 bytes */
    Cursors(byte[] installationKey) {
        this.key = new SecretKeySpec(installationKey, "HmacSHA256");
    }

    /** @return null for 0, which is the end */
    String of(long before, EventFilter filter) {
        if (before == 0) {
            return null;
        }
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + SEAL)
                .putLong(before)
                .put(seal(before, filter))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    long read(String cursor, EventFilter filter) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() == Long.BYTES + SEAL) {
                long before = bytes.getLong();
                byte[] seal = new byte[SEAL];
                bytes.get(seal);
                if (MessageDigest.isEqual(seal, seal(before, filter))) {
                    return before;
                }
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for one that was changed
        }
        throw new InvalidRequestException(
                null, "cursor: expected the value of next of the page before, with the same filter");
    }

    private byte[] seal(long before, EventFilter filter) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(("cursor " + before + " " + filter).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(mac.doFinal(), SEAL);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
