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

    /** Percent-encoding triples a byte of an attribute at most. */
    private static final int ATTRIBUTE_GROWTH = 3;

    /** Percent-encoding triples each byte of the UTF-8 of a character, and three there are at most. */
    private static final int KEPT_GROWTH = 9;

    /** A control character in a JSON string takes six bytes. */
    private static final int JSON_GROWTH = 6;

    /** Prefix, colon and line end of a kept header. */
    private static final int KEPT_LINE = EventProperties.HTTP_HEADER_PREFIX.length() + 3;

    /** Headers of NATS and of the trace, the content type, names and line ends of the attributes. */
    private static final int FRAME = 4096;

    /** Characters of a {@code tracestate} that W3C asks for to be passed on. */
    private static final int LONGEST_TRACE = 512;

    private static final List<String> TRACE_CONTEXT = List.of("traceparent", "tracestate");

    private EventMessage() {}

    /**
     * The message of an event. One whose attributes do not fit into headers, of which a stream takes {@value
     * OutboundMessage#MAX_HEADER_BYTES} bytes, is structured whatever is asked for: its payload takes more.
     *
     * @param exchange around the event, with the HTTP headers that are kept
     */
    static OutboundMessage of(
            String subject,
            CloudEvent event,
            boolean structured,
            Exchange exchange,
            String messageId,
            String expectedStream) {
        List<Header> headers = new ArrayList<>();
        NatsBinding.NatsMessage encoded = structured ? NatsBinding.structured(event) : NatsBinding.binary(event);
        encoded.headers().forEach(h -> headers.add(new Header(h.name(), h.value())));
        addTrace(event, headers);
        addKept(exchange, headers);
        OutboundMessage message = new OutboundMessage(subject, headers, encoded.payload(), messageId, expectedStream);
        return structured || message.headerBytes() <= OutboundMessage.MAX_HEADER_BYTES
                ? message
                : of(subject, event, true, exchange, messageId, expectedStream);
    }

    /**
     * Why NATS can never carry an event.
     *
     * @param structured whether that is asked for
     * @param exchange around the event, with the HTTP headers that are kept
     * @param limit bytes of headers and payload that the subject takes; {@link Long#MAX_VALUE} when nobody knows
     * @return null when it can
     */
    public static String problem(
            CloudEvent event, boolean structured, Exchange exchange, String expectedStream, long limit) {
        long headers = headerBound(event, exchange);
        if (headers <= OutboundMessage.MAX_HEADER_BYTES && headers + payloadBound(event, structured) <= limit) {
            return null;
        }
        OutboundMessage message =
                of("size", event, structured, exchange, EventKey.of(event).messageId(), expectedStream);
        if (message.headerBytes() > OutboundMessage.MAX_HEADER_BYTES) {
            return "the headers of the event take " + message.headerBytes() + " bytes on NATS, which carries at most "
                    + OutboundMessage.MAX_HEADER_BYTES;
        }
        return message.size() <= limit
                ? null
                : "the event takes " + message.size() + " bytes on NATS, which carries at most " + limit + " there";
    }

    /** Bytes of the header block at most, or of what the attributes and the headers of a structured message take. */
    static long headerBound(CloudEvent event, Exchange exchange) {
        long bound = FRAME + (long) ATTRIBUTE_GROWTH * (EventCodec.size(event) - dataLength(event));
        for (Map.Entry<?, ?> header : kept(exchange)) {
            bound += KEPT_LINE
                    + header.getKey().toString().length()
                    + (long) KEPT_GROWTH * header.getValue().toString().length();
        }
        return bound;
    }

    /** Bytes of the data at most. */
    static long payloadBound(CloudEvent event, boolean structured) {
        return structured ? (long) JSON_GROWTH * dataLength(event) : dataLength(event);
    }

    private static int dataLength(CloudEvent event) {
        return event.data() == null ? 0 : event.data().length;
    }

    /** Consumers whose tracing knows nothing of CloudEvents look for the names of W3C. */
    private static void addTrace(CloudEvent event, List<Header> headers) {
        for (String name : TRACE_CONTEXT) {
            String value = event.attribute(name);
            if (value != null && !value.isEmpty() && value.length() <= LONGEST_TRACE && isReadable(value)) {
                headers.add(new Header(name, value));
            }
        }
    }

    /** Of all headers around an exchange only the kept HTTP headers cross to NATS. */
    static void addKept(Exchange exchange, List<Header> headers) {
        for (Map.Entry<?, ?> header : kept(exchange)) {
            headers.add(new Header(
                    EventProperties.HTTP_HEADER_PREFIX + header.getKey(),
                    safe(header.getValue().toString())));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map.Entry<?, ?>> kept(Exchange exchange) {
        return exchange.getProperty(EventProperties.KEPT_HEADERS) instanceof List<?> kept
                ? (List<Map.Entry<?, ?>>) kept
                : List.of();
    }

    /** Readable text goes as it is; what NATS cannot carry is percent-encoded like an attribute. */
    private static String safe(String value) {
        return isReadable(value) ? value : HeaderValues.encode(value);
    }

    private static boolean isReadable(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }
}
