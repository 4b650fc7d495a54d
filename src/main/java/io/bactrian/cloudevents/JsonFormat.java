package io.bactrian.cloudevents;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * The CloudEvents JSON event format and JSON batch format. Documents are UTF-8. Stateless and thread-safe.
 *
 * <p>Limits: nesting {@value JsonSource#MAX_DEPTH}, {@value Draft#MAX_ATTRIBUTES} attributes, {@value AttributeRules#MAX_VALUE} characters a value. How large a document may be is the caller's to decide.
 */
public final class JsonFormat {
    private JsonFormat() {}

    /**
     * Reads one event.
     *
     * @throws InvalidCloudEventException when the bytes are not JSON, or with each violation and its pointer, such as {@code /id}
     */
    public static CloudEvent read(byte[] json) throws InvalidCloudEventException {
        requireUtf8(json);
        try (JsonParser parser = JsonSource.parser(json, 0, json.length)) {
            requireContent(parser.nextToken());
            Violations violations = new Violations();
            CloudEvent event = EventReader.read(parser, json, "", violations);
            requireEnd(parser);
            violations.throwIfAny();
            return event;
        } catch (IOException e) {
            throw JsonSource.malformed(e);
        }
    }

    /**
     * Reads a batch, all or nothing.
     *
     * @param maxElements largest number of events
     * @return the events in order; empty for {@code []}
     * @throws InvalidCloudEventException when the bytes are not a JSON array, or with each violation of each element and its pointer, such as {@code /3/id}
     * @throws BatchTooLargeException as soon as there is one element too many
     */
    public static List<CloudEvent> readBatch(byte[] json, int maxElements)
            throws InvalidCloudEventException, BatchTooLargeException {
        List<BatchElement> elements = readBatchLenient(json, maxElements);
        Violations violations = new Violations();
        List<CloudEvent> events = new ArrayList<>(elements.size());
        for (BatchElement element : elements) {
            violations.addAll(element.violations());
            events.add(element.event());
        }
        violations.throwIfAny();
        return events;
    }

    /**
     * Reads a batch, each element for itself.
     *
     * @param maxElements largest number of events
     * @throws InvalidCloudEventException when the bytes as a whole are not a JSON array
     * @throws BatchTooLargeException as soon as there is one element too many
     */
    public static List<BatchElement> readBatchLenient(byte[] json, int maxElements)
            throws InvalidCloudEventException, BatchTooLargeException {
        requireUtf8(json);
        try (JsonParser parser = JsonSource.parser(json, 0, json.length)) {
            JsonToken first = parser.nextToken();
            requireContent(first);
            if (first != JsonToken.START_ARRAY) {
                throw new InvalidCloudEventException(
                        List.of(new Violation("", null, "B1", "a batch must be a JSON array of events")));
            }
            List<BatchElement> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int index = elements.size();
                if (index == maxElements) {
                    throw new BatchTooLargeException(maxElements);
                }
                Violations violations = new Violations();
                CloudEvent event = EventReader.read(parser, json, "/" + index, violations);
                elements.add(new BatchElement(index, event, violations.list()));
            }
            requireEnd(parser);
            return elements;
        } catch (IOException e) {
            throw JsonSource.malformed(e);
        }
    }

    /**
     * Writes an event in structured mode. Data whose content type is JSON, and which is JSON, becomes {@code data} with its own bytes; text and XML in UTF-8 become a string; all else becomes {@code data_base64}. No line breaks of its own.
     */
    public static byte[] write(CloudEvent event) {
        return EventWriter.write(event);
    }

    static void requireUtf8(byte[] json) throws InvalidCloudEventException {
        int invalid = Utf8.firstInvalid(json);
        if (invalid >= 0) {
            throw JsonSource.malformed("the document is not well-formed UTF-8 at byte " + invalid);
        }
    }

    static void requireContent(JsonToken first) throws InvalidCloudEventException {
        if (first == null) {
            throw JsonSource.malformed("the document is empty");
        }
    }

    static void requireEnd(JsonParser parser) throws IOException, InvalidCloudEventException {
        if (parser.nextToken() != null) {
            throw JsonSource.malformed("the document goes on behind its value");
        }
    }
}
