package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.List;

/** Events as NATS messages (CloudEvents NATS binding of 1.0.3-wip, rules N1 to N4). Stateless. */
public final class NatsBinding {
    private static final byte[] NO_DATA = new byte[0];
    private static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";
    /** {@code NATS/1.0} and its line end, and the empty line behind the headers. */
    private static final int HEADER_BLOCK = 12;

    private NatsBinding() {}

    /**
     * One header line.
     *
     * @param name printable ASCII without a colon
     * @param value printable ASCII
     */
    public record Header(String name, String value) {
        /** Bytes the line takes: {@code name:value} and the line end. */
        public int encodedSize() {
            return name.length() + value.length() + 3;
        }
    }

    /**
     * Headers and payload of a message.
     *
     * @param headers unmodifiable, in the order to send them
     * @param payload not a copy
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and payloads are not worth copying
    public record NatsMessage(List<Header> headers, byte[] payload) {
        public NatsMessage {
            headers = List.copyOf(headers);
        }
    }

    /** Binary mode: every attribute, {@code ce-datacontenttype} included, is a lower-case header; the data is the payload, untouched. */
    public static NatsMessage binary(CloudEvent event) {
        List<Header> headers = new ArrayList<>(event.size() + 1);
        headers.add(new Header("ce-specversion", "1.0"));
        for (int at = 0; at < event.size(); at++) {
            headers.add(new Header(headerName(event.name(at)), HeaderValues.encode(event.value(at))));
        }
        return new NatsMessage(headers, event.data() == null ? NO_DATA : event.data());
    }

    private static String headerName(String attribute) {
        return switch (attribute) {
            case "id" -> "ce-id";
            case "source" -> "ce-source";
            case "type" -> "ce-type";
            case "subject" -> "ce-subject";
            case "time" -> "ce-time";
            case "datacontenttype" -> "ce-datacontenttype";
            default -> "ce-" + attribute;
        };
    }

    /** Structured mode: the whole event as JSON, no {@code ce-} header. */
    public static NatsMessage structured(CloudEvent event) {
        return new NatsMessage(List.of(new Header("Content-Type", STRUCTURED)), JsonFormat.write(event));
    }

    /** Bytes the message counts against {@code max_payload}: the header block and the payload. */
    public static int encodedSize(NatsMessage message) {
        int size = HEADER_BLOCK + message.payload().length;
        for (Header header : message.headers()) {
            size += header.encodedSize();
        }
        return size;
    }

    /** {@link #encodedSize(NatsMessage)} of {@link #binary}, without building it. */
    public static int binarySize(CloudEvent event) {
        int size = HEADER_BLOCK + "ce-specversion:1.0\r\n".length();
        for (int at = 0; at < event.size(); at++) {
            size += "ce-:\r\n".length() + event.name(at).length() + HeaderValues.encodedLength(event.value(at));
        }
        return size + (event.data() == null ? 0 : event.data().length);
    }
}
