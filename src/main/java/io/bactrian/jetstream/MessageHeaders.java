package io.bactrian.jetstream;

import java.nio.charset.StandardCharsets;

import io.nats.client.impl.Headers;

/**
 * The headers of one message as they go over the wire, encoded once (NATS ADR-4). What jnats would do with headers of its own,
 * fill two maps, copy both for each message and encode them on the thread that writes to the socket, costs more than all else of
 * a publish. For writing only: as a map it is empty.
 */
final class MessageHeaders extends Headers {
    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SEPARATORS = 3;
    private static final String MESSAGE_ID = "Nats-Msg-Id";
    private static final String EXPECTED_STREAM = "Nats-Expected-Stream";
    private static final String RESERVED_PREFIX = "nats-";

    private final byte[] encoded;
    private int end;

    /** @throws IllegalArgumentException when a name or a value cannot be carried, naming what is wrong with it */
    MessageHeaders(OutboundMessage message) {
        super(null, true);
        encoded = new byte[length(message)];
        System.arraycopy(VERSION, 0, encoded, 0, VERSION.length);
        end = VERSION.length;
        for (Header header : message.headers()) {
            if (header.name().regionMatches(true, 0, RESERVED_PREFIX, 0, RESERVED_PREFIX.length())) {
                throw new IllegalArgumentException(header.name() + " is an order to the server");
            }
            put(header.name(), header.value());
        }
        put(MESSAGE_ID, message.messageId());
        if (message.expectedStream() != null) {
            put(EXPECTED_STREAM, message.expectedStream());
        }
        endLine();
    }

    static int length(OutboundMessage message) {
        int length = VERSION.length + 2 + length(MESSAGE_ID, message.messageId());
        if (message.expectedStream() != null) {
            length += length(EXPECTED_STREAM, message.expectedStream());
        }
        for (Header header : message.headers()) {
            length += length(header.name(), header.value());
        }
        return length;
    }

    private static int length(String name, String value) {
        return name.length() + value.length() + SEPARATORS;
    }

    private void put(String name, String value) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header without a name");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~' || c == ':') {
                throw new IllegalArgumentException(String.format(
                        "the name \"%s\" has a character 0x%x, which NATS does not carry", name, (int) c));
            }
            encoded[end++] = (byte) c;
        }
        encoded[end++] = ':';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 0x7F || c == '\r' || c == '\n') {
                throw new IllegalArgumentException(String.format(
                        "the value of %s has a character 0x%x, which NATS does not carry", name, (int) c));
            }
            encoded[end++] = (byte) c;
        }
        endLine();
    }

    private void endLine() {
        encoded[end++] = '\r';
        encoded[end++] = '\n';
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public int serializedLength() {
        return encoded.length;
    }

    @Override
    public int serializeToArray(int position, byte[] target) {
        System.arraycopy(encoded, 0, target, position, encoded.length);
        return encoded.length;
    }

    @Override
    public byte[] getSerialized() {
        return encoded.clone();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
