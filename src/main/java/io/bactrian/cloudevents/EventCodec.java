package io.bactrian.cloudevents;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The compact form in which the journal keeps an event, self-delimiting. What comes back is what was written, the kind of data and the types of attributes included; it is not validated a second time. Stateless.
 *
 * <p>Version 1: version byte, data-kind byte, number of attributes; for each a name code (0: the name follows as text), a type byte and the value as text; then the data's length plus one (0: no data) and the data. Numbers are unsigned LEB128; a text is the length of its UTF-8, then the UTF-8. Whatever follows is left alone.
 */
public final class EventCodec {
    private static final byte VERSION = 1;
    /** Code n stands for the name at n - 1; append only. */
    private static final List<String> CODED_NAMES = List.of(
            "id",
            "source",
            "type",
            "subject",
            "time",
            "datacontenttype",
            "dataschema",
            "partitionkey",
            "traceparent",
            "tracestate");

    /** The code is the index; append only. */
    private static final List<AttributeType> TYPES =
            List.of(AttributeType.STRING, AttributeType.INTEGER, AttributeType.BOOLEAN);
    /** The code is the index; append only. */
    private static final List<DataKind> KINDS = List.of(DataKind.BYTES, DataKind.JSON, DataKind.TEXT);

    private EventCodec() {}

    /** Bytes {@link #write(CloudEvent)} makes. */
    public static int size(CloudEvent event) {
        int size = 2 + numberSize(event.size());
        for (int at = 0; at < event.size(); at++) {
            int code = CODED_NAMES.indexOf(event.name(at)) + 1;
            size += numberSize(code) + (code == 0 ? textSize(event.name(at)) : 0) + 1 + textSize(event.value(at));
        }
        byte[] data = event.data();
        return size + (data == null ? 1 : numberSize(data.length + 1) + data.length);
    }

    /** Writes an event into an array of its own. */
    public static byte[] write(CloudEvent event) {
        byte[] bytes = new byte[size(event)];
        write(event, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Writes an event at a buffer's position and advances it.
     *
     * @throws java.nio.BufferOverflowException when fewer than {@link #size} bytes remain
     */
    public static void write(CloudEvent event, ByteBuffer into) {
        into.put(VERSION).put((byte) KINDS.indexOf(event.kind()));
        number(into, event.size());
        for (int at = 0; at < event.size(); at++) {
            int code = CODED_NAMES.indexOf(event.name(at)) + 1;
            number(into, code);
            if (code == 0) {
                text(into, event.name(at));
            }
            into.put((byte) TYPES.indexOf(event.type(at)));
            text(into, event.value(at));
        }
        byte[] data = event.data();
        number(into, data == null ? 0 : data.length + 1);
        if (data != null) {
            into.put(data);
        }
    }

    /**
     * Reads an event from the start of an array.
     *
     * @throws IllegalArgumentException when the bytes are not an event this version wrote
     */
    public static CloudEvent read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes));
    }

    /**
     * Reads an event from part of an array.
     *
     * @throws IllegalArgumentException when the bytes are not an event this version wrote
     */
    public static CloudEvent read(byte[] bytes, int offset, int length) {
        return read(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * Reads the event at a buffer's position and advances it behind the event.
     *
     * @throws IllegalArgumentException when the bytes are not an event this version wrote
     */
    public static CloudEvent read(ByteBuffer from) {
        try {
            byte version = from.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "the event is kept in version " + version + ", this program reads version " + VERSION);
            }
            DataKind kind = KINDS.get(index(from.get(), KINDS.size(), "data kind"));
            int count = index(number(from), Draft.MAX_ATTRIBUTES + 2, "number of attributes");
            String[] names = new String[count];
            String[] values = new String[count];
            AttributeType[] types = new AttributeType[count];
            for (int at = 0; at < count; at++) {
                int code = index(number(from), CODED_NAMES.size() + 1, "name code");
                names[at] = code == 0 ? text(from) : CODED_NAMES.get(code - 1);
                types[at] = TYPES.get(index(from.get(), TYPES.size(), "attribute type"));
                values[at] = text(from);
            }
            int dataLength = number(from) - 1;
            byte[] data = dataLength < 0 ? null : bytes(from, dataLength);
            return new CloudEvent(names, values, types, data, kind);
        } catch (BufferUnderflowException | NullPointerException e) {
            throw new IllegalArgumentException("the kept event is cut short or lacks a required attribute", e);
        }
    }

    private static int index(int value, int bound, String what) {
        if (value < 0 || value >= bound) {
            throw new IllegalArgumentException("the kept event has an unknown " + what + ": " + value);
        }
        return value;
    }

    private static int numberSize(int value) {
        return value == 0 ? 1 : (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7;
    }

    private static int textSize(String text) {
        int length = Utf8.length(text);
        return numberSize(length) + length;
    }

    private static void number(ByteBuffer into, int value) {
        int rest = value;
        while (rest > 0x7F) {
            into.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        into.put((byte) rest);
    }

    private static int number(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte b = from.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return index((int) Math.min(value, Integer.MAX_VALUE), Integer.MAX_VALUE, "number");
            }
        }
        throw new IllegalArgumentException("the kept event has a number that does not end");
    }

    private static void text(ByteBuffer into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(into, bytes.length);
        into.put(bytes);
    }

    private static String text(ByteBuffer from) {
        return new String(bytes(from, number(from)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
