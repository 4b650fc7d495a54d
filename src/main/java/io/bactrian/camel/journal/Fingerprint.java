package io.bactrian.camel.journal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import io.bactrian.cloudevents.CloudEvent;

/**
 * What is remembered of an event's data for as long as its key: enough to tell that a sender used an
 * {@code Idempotency-Key} for something else. Two sets of data share one once in 2^63.
 */
public final class Fingerprint {

    private Fingerprint() {}

    /** @return the first 8 bytes of the SHA-256 of the data, never 0; of an event without data, of no bytes */
    public static long of(CloudEvent event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] data = event.data();
            long first = ByteBuffer.wrap(digest.digest(data == null ? new byte[0] : data))
                    .getLong();
            return first == 0 ? 1 : first;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
