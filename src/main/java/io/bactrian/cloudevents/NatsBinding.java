package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.List;

/** Events as NATS messages (CloudEvents NATS binding of 1.0.3-wip, rules N1 to N4). Stateless. */
public final class NatsBinding {
    private static final byte[] NO_DATA = new byte[0];
    private static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";

    private NatsBinding() {}

    /**
     * One header line.
     *
     * @param name printable ASCII without a colon
     * @param value printable ASCII
     */
    public record Header(String name, String value) {}

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
}
