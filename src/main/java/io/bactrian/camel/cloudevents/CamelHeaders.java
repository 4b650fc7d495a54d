package io.bactrian.camel.cloudevents;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import org.apache.camel.Message;

/**
 * The headers by which camel-cloudevents speaks of an event ({@code org.apache.camel.cloudevents.CloudEvent}), so that
 * routes written for it go on working. Its header for extensions, which it names and does not use, is a map here.
 */
public final class CamelHeaders {

    /** Camel's name of each attribute of the core specification. */
    private static final Map<String, String> NAMES = Map.of(
            "id", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_ID,
            "source", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_SOURCE,
            "type", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_TYPE,
            "subject", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_SUBJECT,
            "time", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_TIME,
            "dataschema", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_SCHEMA_URL,
            "datacontenttype", org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_DATA_CONTENT_TYPE);

    private static final String VERSION = org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_VERSION;
    private static final String EXTENSIONS = org.apache.camel.cloudevents.CloudEvent.CAMEL_CLOUD_EVENT_EXTENSIONS;

    private CamelHeaders() {}

    /** An event of these headers; the body is its data, and {@code Content-Type} its type when no header says it. */
    static CloudEvent read(Message message) throws InvalidCloudEventException {
        CloudEvent.Builder builder =
                CloudEvent.builder().attribute("specversion", message.getHeader(VERSION, String.class));
        NAMES.forEach((attribute, header) -> {
            String value = message.getHeader(header, String.class);
            if (value != null) {
                builder.attribute(attribute, value);
            }
        });
        String contentType = message.getHeader(DataTypes.CONTENT_TYPE, String.class);
        if (contentType != null && message.getHeader(NAMES.get("datacontenttype")) == null) {
            builder.dataContentType(contentType);
        }
        if (message.getHeader(EXTENSIONS) instanceof Map<?, ?> extensions) {
            extensions.forEach((name, value) -> builder.attribute(String.valueOf(name), String.valueOf(value)));
        }
        byte[] data = DataTypes.bytes(message);
        return builder.data(data.length == 0 ? null : data).build();
    }

    /** Sets a header for each attribute. */
    public static void write(CloudEvent event, Message message) {
        message.setHeader(VERSION, "1.0");
        Map<String, String> extensions = new TreeMap<>();
        for (String attribute : event.attributeNames()) {
            String header = NAMES.get(attribute);
            if (header == null) {
                extensions.put(attribute, event.attribute(attribute));
            } else {
                message.setHeader(header, event.attribute(attribute));
            }
        }
        if (!extensions.isEmpty()) {
            message.setHeader(EXTENSIONS, extensions);
        }
    }

    /** All header names this class reads or writes. */
    static Set<String> names() {
        Set<String> names = new HashSet<>(NAMES.values());
        names.add(VERSION);
        names.add(EXTENSIONS);
        return names;
    }
}
