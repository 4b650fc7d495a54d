package io.bactrian.camel.cloudevents;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonFormat;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Type converters between a {@link CloudEvent} and its structured JSON, so that {@code file:}, {@code log:} or {@code
 * ${bodyAs(String)}} see the whole event, nothing left out.
 */
public final class CloudEventConverters {

    private CloudEventConverters() {}

    /** Makes the converters known in a context. */
    public static void addTo(CamelContext context) {
        TypeConverterRegistry registry = context.getTypeConverterRegistry();
        registry.addTypeConverter(
                byte[].class, CloudEvent.class, new SimpleTypeConverter(false, (type, exchange, event) -> json(event)));
        registry.addTypeConverter(
                String.class,
                CloudEvent.class,
                new SimpleTypeConverter(false, (type, exchange, event) -> new String(json(event), UTF_8)));
        registry.addTypeConverter(
                InputStream.class,
                CloudEvent.class,
                new SimpleTypeConverter(false, (type, exchange, event) -> new ByteArrayInputStream(json(event))));
        registry.addTypeConverter(
                CloudEvent.class,
                byte[].class,
                new SimpleTypeConverter(false, (type, exchange, json) -> read(json, (byte[]) json)));
        registry.addTypeConverter(
                CloudEvent.class,
                String.class,
                new SimpleTypeConverter(false, (type, exchange, json) -> read(json, ((String) json).getBytes(UTF_8))));
        registry.addTypeConverter(
                CloudEvent.class, InputStream.class, new SimpleTypeConverter(false, CloudEventConverters::readStream));
    }

    private static byte[] json(Object event) {
        return JsonFormat.write((CloudEvent) event);
    }

    private static CloudEvent read(Object value, byte[] json) {
        try {
            return JsonFormat.read(json);
        } catch (InvalidCloudEventException e) {
            throw new TypeConversionException(value, CloudEvent.class, e);
        }
    }

    private static Object readStream(Class<?> type, Exchange exchange, Object stream) {
        byte[] json = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, stream);
        return read(stream, json);
    }
}
