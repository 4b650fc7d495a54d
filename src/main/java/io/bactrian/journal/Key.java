package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The identity of an event: 128 bits of a SHA-256, so that no sender can make two events share one.
 *
 * @param high the first 64 bits
 * @param low the next 64 bits
 */
public record Key(long high, long low) {

    /**
     * The key of an event named by two texts, each hashed with its length in front.
     *
     * @param source who made the event, not null
     * @param id what the source calls it, not null
     */
    public static Key of(String source, String id) {
        MessageDigest digest = sha256();
        update(digest, source);
        update(digest, id);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new Key(hash.getLong(), hash.getLong());
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
