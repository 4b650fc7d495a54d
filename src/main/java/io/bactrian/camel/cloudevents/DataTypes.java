package io.bactrian.camel.cloudevents;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.ContentMode;
import io.bactrian.cloudevents.HttpBinding;
import io.bactrian.cloudevents.HttpHeaders;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonFormat;
import io.bactrian.cloudevents.UnsupportedEventFormatException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the data types share: how a message is read as an event, whatever form it has. */
final class DataTypes {

    static final String CONTENT_TYPE = Exchange.CONTENT_TYPE;
    static final String ATTRIBUTE_PREFIX = "ce-";

    private DataTypes() {}

    /**
     * The event a message is: a {@link CloudEvent} as its body, structured JSON by its {@code Content-Type}, binary mode
     * by its {@code ce-} headers, or else the headers of camel-cloudevents.
     *
     * @throws InvalidCloudEventException with each violation, one for each required attribute that is missing
     * @throws UnsupportedEventFormatException when the content type says an event format other than JSON
     * @throws IllegalArgumentException for a batch, and for a body that cannot be made bytes
     */
    static CloudEvent read(Message message) throws InvalidCloudEventException, UnsupportedEventFormatException {
        if (message.getBody() instanceof CloudEvent event) {
            return event;
        }
        return switch (ContentMode.of(message.getHeader(CONTENT_TYPE, String.class))) {
            case STRUCTURED -> JsonFormat.read(bytes(message));
            case BATCH ->
                throw new IllegalArgumentException(
                        "a batch is not one event: send it to the CloudEvents endpoint as it is");
            case BINARY -> binary(message);
        };
    }

    private static CloudEvent binary(Message message) throws InvalidCloudEventException {
        List<String> names = message.getHeaders().keySet().stream()
                .filter(DataTypes::isAttribute)
                .toList();
        if (names.isEmpty()) {
            return CamelHeaders.read(message);
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String name : names) {
            String value = message.getHeader(name, String.class);
            if (value != null) {
                headers.add(Map.entry(name, value));
            }
        }
        String contentType = message.getHeader(CONTENT_TYPE, String.class);
        if (contentType != null) {
            headers.add(Map.entry(CONTENT_TYPE, contentType));
        }
        return HttpBinding.readBinary(HttpHeaders.of(headers), bytes(message));
    }

    /**
     * The body as bytes; none for null.
     *
     * @throws IllegalArgumentException for a body that Camel makes no bytes of, which would be an event without data
     */
    static byte[] bytes(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return new byte[0];
        }
        byte[] bytes = message.getBody(byte[].class);
        if (bytes == null) {
            throw new IllegalArgumentException("the data of an event is bytes, and Camel has no way from "
                    + body.getClass().getName() + " to them: marshal the body first, or make it text");
        }
        return bytes;
    }

    /** Whether a message of this content type is read as a whole event, or as several. */
    static boolean isEventFormat(String contentType) {
        try {
            return ContentMode.of(contentType) != ContentMode.BINARY;
        } catch (UnsupportedEventFormatException e) {
            return true;
        }
    }

    private static boolean isAttribute(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(ATTRIBUTE_PREFIX);
    }

    /** Removes the headers that speak of an event: the new form has its own, and two would contradict each other. */
    static void removeEventHeaders(Message message) {
        CamelHeaders.names().forEach(message::removeHeader);
        message.removeHeader(CONTENT_TYPE);
        List.copyOf(message.getHeaders().keySet()).stream()
                .filter(DataTypes::isAttribute)
                .forEach(message::removeHeader);
    }
}
