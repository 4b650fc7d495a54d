package io.bactrian.cloudevents;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The headers of a message as name and value pairs, repeats included. Names are compared without regard to case; each character of a value is one byte of the wire (ISO 8859-1, as HTTP servers decode it).
 */
@FunctionalInterface
public interface HttpHeaders {
    /** Shows every header line once, in the order of the message. */
    void each(BiConsumer<String, String> line);

    /** A view of entries, such as a Vert.x {@code MultiMap}. */
    static HttpHeaders of(Iterable<Map.Entry<String, String>> entries) {
        return line -> entries.forEach(entry -> line.accept(entry.getKey(), entry.getValue()));
    }

    /** A view of a map of names to all their values. */
    static HttpHeaders of(Map<String, List<String>> values) {
        return line -> values.forEach((name, all) -> all.forEach(value -> line.accept(name, value)));
    }
}
