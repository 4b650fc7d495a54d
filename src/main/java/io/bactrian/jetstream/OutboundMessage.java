package io.bactrian.jetstream;

import java.util.List;
import java.util.Objects;

/**
 * What is to be published. The payload is not copied: do not change it before the publish has completed.
 *
 * @param subject the literal subject
 * @param headers in the order they are to be written; none may begin with {@code Nats-}, which would be an order to the
 *     server
 * @param payload never null, may be empty
 * @param messageId becomes {@code Nats-Msg-Id}; the same on every retry, so that the stream keeps one copy
 * @param expectedStream refuse to store in any other stream ({@code Nats-Expected-Stream}); null for any
 */
@SuppressWarnings("ArrayRecordComponent") // messages are carried, not compared
public record OutboundMessage(
        String subject, List<Header> headers, byte[] payload, String messageId, String expectedStream) {

    /** Bytes of headers that a stream takes; nats-server refuses more with 10097, whatever {@code max_payload} says. */
    public static final int MAX_HEADER_BYTES = 65_535;

    public OutboundMessage {
        Objects.requireNonNull(subject, "subject");
        headers = List.copyOf(headers);
        Objects.requireNonNull(payload, "payload");
        if (messageId == null || messageId.isEmpty()) {
            throw new IllegalArgumentException("messageId is empty: without it a retry stores a second copy");
        }
    }

    /** A message for whichever stream covers the subject. */
    public OutboundMessage(String subject, List<Header> headers, byte[] payload, String messageId) {
        this(subject, headers, payload, messageId, null);
    }

    /** Bytes of the whole header block, as the server counts them against {@link #MAX_HEADER_BYTES}. */
    public int headerBytes() {
        return MessageHeaders.length(this);
    }

    /** Bytes of headers and payload, as the server counts them against {@code max_payload} and {@code max_msg_size}. */
    public long size() {
        return (long) headerBytes() + payload.length;
    }

    /** Subject and sizes only; payloads and header values do not belong in logs. */
    @Override
    public String toString() {
        return "OutboundMessage[subject=" + subject + ", messageId=" + messageId + ", headers=" + headers.size()
                + ", bytes=" + payload.length + "]";
    }
}
