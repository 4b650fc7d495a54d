package io.bactrian.cloudevents;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Writes one event as JSON into a growing array. */
final class EventWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] START = ascii("{\"specversion\":\"1.0\"");
    private static final byte[] DATA = ascii(",\"data\":");
    private static final byte[] DATA_BASE64 = ascii(",\"data_base64\":\"");

    private enum Carrier {
        NONE,
        VALUE,
        STRING,
        BASE64
    }

    private byte[] out;
    private int length;

    private EventWriter(int capacity) {
        out = new byte[capacity];
    }

    static byte[] write(CloudEvent event) {
        Carrier carrier = carrier(event);
        EventWriter writer = new EventWriter(plainLength(event, carrier));
        writer.raw(START);
        for (int at = 0; at < event.size(); at++) {
            writer.attribute(event.name(at), event.value(at), event.type(at));
        }
        writer.data(event.data(), carrier);
        writer.one('}');
        return writer.length == writer.out.length ? writer.out : Arrays.copyOf(writer.out, writer.length);
    }

    private static Carrier carrier(CloudEvent event) {
        byte[] data = event.data();
        if (data == null) {
            return Carrier.NONE;
        }
        MediaType type = event.dataContentType() == null ? null : MediaType.parse(event.dataContentType());
        if (event.kind() == DataKind.JSON || (type != null && type.isJson() && JsonSource.isValue(data))) {
            return Carrier.VALUE;
        }
        if (event.kind() == DataKind.TEXT || (type != null && type.isText() && Utf8.firstInvalid(data) < 0)) {
            return Carrier.STRING;
        }
        return Carrier.BASE64;
    }

    /** Length of the document when nothing needs an escape and everything is ASCII, which is the rule. */
    private static int plainLength(CloudEvent event, Carrier carrier) {
        int plain = START.length + 1;
        for (int at = 0; at < event.size(); at++) {
            int quotes = event.type(at) == AttributeType.STRING ? 4 : 2;
            plain += event.name(at).length() + event.value(at).length() + quotes + 2;
        }
        int dataLength = event.data() == null ? 0 : event.data().length;
        return switch (carrier) {
            case NONE -> plain;
            case VALUE -> plain + DATA.length + dataLength;
            case STRING -> plain + DATA.length + dataLength + 2;
            case BASE64 -> plain + DATA_BASE64.length + (dataLength + 2) / 3 * 4 + 1;
        };
    }

    private void attribute(String name, String value, AttributeType type) {
        one(',');
        string(ascii(name));
        one(':');
        if (type == AttributeType.STRING) {
            string(value.getBytes(StandardCharsets.UTF_8));
        } else {
            raw(ascii(value));
        }
    }

    private void data(byte[] data, Carrier carrier) {
        switch (carrier) {
            case NONE -> {}
            case VALUE -> {
                raw(DATA);
                raw(data);
            }
            case STRING -> {
                raw(DATA);
                string(data);
            }
            case BASE64 -> {
                raw(DATA_BASE64);
                raw(Base64.getEncoder().encode(data));
                one('"');
            }
        }
    }

    /** UTF-8 as a JSON string: only what RFC 8259 section 7 wants escaped is. */
    private void string(byte[] utf8) {
        reserve(utf8.length + 2);
        out[length++] = '"';
        for (int at = 0; at < utf8.length; at++) {
            byte b = utf8[at];
            if (b == '"' || b == '\\') {
                reserve(utf8.length - at + 2);
                out[length++] = '\\';
                out[length++] = b;
            } else if (b >= 0 && b < 0x20) {
                reserve(utf8.length - at + 6);
                control(b);
            } else {
                out[length++] = b;
            }
        }
        one('"');
    }

    private void control(byte b) {
        out[length++] = '\\';
        switch (b) {
            case '\n' -> out[length++] = 'n';
            case '\r' -> out[length++] = 'r';
            case '\t' -> out[length++] = 't';
            default -> {
                out[length++] = 'u';
                out[length++] = '0';
                out[length++] = '0';
                out[length++] = HEX[b >> 4];
                out[length++] = HEX[b & 0xF];
            }
        }
    }

    private void raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void one(char c) {
        reserve(1);
        out[length++] = (byte) c;
    }

    private void reserve(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
