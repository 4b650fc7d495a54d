package io.bactrian.cloudevents;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The identity of an event: SHA-256 over source and id, each as a 4-byte big-endian length and its UTF-8 (rule C7: equal source and id are a duplicate). Immutable.
 */
public final class EventKey {
    private static final MessageDigest SHA_256 = newSha256();

    private final byte[] digest;

    private EventKey(byte[] digest) {
        this.digest = digest;
    }

    /** The key of an event, which remembers it. */
    public static EventKey of(CloudEvent event) {
        return event.key();
    }

    /** The key of the event with this source and id. */
    public static EventKey of(String source, String id) {
        MessageDigest sha256 = sha256();
        add(sha256, source);
        add(sha256, id);
        return new EventKey(sha256.digest());
    }

    /** A copy of one that is never written costs a third of a new one, which asks all providers. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            return newSha256();
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Bytes 0 to 7 of the digest. */
    public long high() {
        return ByteBuffer.wrap(digest).getLong();
    }

    /** Bytes 8 to 15 of the digest. */
    public long low() {
        return ByteBuffer.wrap(digest).getLong(Long.BYTES);
    }

    /** {@code Nats-Msg-Id} of the first publication: base64url without padding, 43 characters. */
    public String messageId() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    /**
     * {@code Nats-Msg-Id} of a publication; each replay has its own, or JetStream would take it for a duplicate.
     *
     * @param epoch 0 for the first publication, n for the n-th replay
     */
    public String messageId(int epoch) {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must not be negative but is " + epoch);
        }
        return epoch == 0 ? messageId() : messageId() + "#r" + epoch;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventKey key && Arrays.equals(digest, key.digest);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high());
    }

    @Override
    public String toString() {
        return messageId();
    }

    private static void add(MessageDigest sha256, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha256.update((byte) (bytes.length >>> 24));
        sha256.update((byte) (bytes.length >>> 16));
        sha256.update((byte) (bytes.length >>> 8));
        sha256.update((byte) bytes.length);
        sha256.update(bytes);
    }
}
