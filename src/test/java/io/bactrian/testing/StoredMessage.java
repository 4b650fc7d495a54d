package io.bactrian.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A message as it lies in a stream. */
@SuppressWarnings("ArrayRecordComponent") // messages are not compared
public record StoredMessage(long sequence, String subject, Map<String, List<String>> headers, byte[] data) {

    /** The first value of a header by its exact name, or null. */
    public String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /** {@code Nats-Msg-Id}, or null. */
    public String messageId() {
        return header("Nats-Msg-Id");
    }

    /** The data as UTF-8. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
