package io.bactrian.camel.jetstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.bactrian.camel.EventProperties;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventCodec;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.HeaderValues;
import io.bactrian.cloudevents.NatsBinding;
import io.bactrian.jetstream.Header;
import io.bactrian.jetstream.OutboundMessage;
import org.apache.camel.Exchange;

/** How an event becomes a message, and how large that is. */
public final class EventMessage {

    /** Percent-encoding triples an attribute at most, base64 takes a third more of the data. */
    private static final int GROWTH = 3;

    private static final int MESSAGE_HEADERS = 4096;
    private static final List<String> TRACE_CONTEXT = List.of("traceparent", "tracestate");

    private EventMessage() {}

    /**
     * The bytes that count against {@code max_payload} and {@code max_msg_size}: headers and payload.
     *
     * @param exchange around the event, with the HTTP headers that are kept
     * @param limit below it an upper bound will do
     */
    public static long size(
            CloudEvent event, boolean structured, Exchange exchange, String expectedStream, long limit) {
        List<Header> headers = new ArrayList<>();
        addKept(exchange, headers);
        long kept = 0;
        for (Header header : headers) {
            kept += header.name().length() + (long) header.value().length();
        }
        long bound = GROWTH * (EventCodec.size(event) + kept) + MESSAGE_HEADERS;
        if (bound <= limit) {
            return bound;
        }
        byte[] payload = encode(event, structured, headers);
        return new OutboundMessage("size", headers, payload, EventKey.of(event).messageId(), expectedStream).size();
    }

    /** Writes the event in its mode: adds its headers and returns its payload. */
    static byte[] encode(CloudEvent event, boolean structured, List<Header> headers) {
        NatsBinding.NatsMessage encoded = structured ? NatsBinding.structured(event) : NatsBinding.binary(event);
        encoded.headers().forEach(h -> headers.add(new Header(h.name(), h.value())));
        addTrace(event, headers);
        return encoded.payload();
    }

    /** Consumers whose tracing knows nothing of CloudEvents look for the names of W3C. */
    private static void addTrace(CloudEvent event, List<Header> headers) {
        for (String name : TRACE_CONTEXT) {
            String value = event.attribute(name);
            if (value != null && !value.isEmpty()) {
                headers.add(new Header(name, safe(value)));
            }
        }
    }

    /** Of all headers around an exchange only the kept HTTP headers cross to NATS. */
    static void addKept(Exchange exchange, List<Header> headers) {
        if (exchange.getProperty(EventProperties.KEPT_HEADERS) instanceof List<?> kept) {
            for (Object element : kept) {
                Map.Entry<?, ?> header = (Map.Entry<?, ?>) element;
                headers.add(new Header(
                        EventProperties.HTTP_HEADER_PREFIX + header.getKey(),
                        safe(header.getValue().toString())));
            }
        }
    }

    /** Readable text goes as it is; what NATS cannot carry is percent-encoded like an attribute. */
    private static String safe(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7F) ? value : HeaderValues.encode(value);
    }
}
