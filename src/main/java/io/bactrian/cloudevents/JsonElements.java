package io.bactrian.cloudevents;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;

/** The elements of an array somewhere in a JSON document, each cut out untouched. Stateless and thread-safe. */
public final class JsonElements {

    private static final String RULE = "split";

    private final String text;
    private final JsonPointer pointer;

    private JsonElements(String text, JsonPointer pointer) {
        this.text = text;
        this.pointer = pointer;
    }

    /**
     * @param pointer of the array (RFC 6901); empty for the whole document
     * @throws IllegalArgumentException when it is no pointer
     */
    public static JsonElements at(String pointer) {
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new IllegalArgumentException("expected a JSON pointer that starts with /");
        }
        return new JsonElements(pointer, JsonPointer.compile(pointer));
    }

    /** @return the pointer of the array */
    public String pointer() {
        return text;
    }

    /**
     * @param json a whole document in UTF-8
     * @param maxElements largest number of elements
     * @return the bytes of each element in order, without what stands between them; empty for {@code []}
     * @throws InvalidCloudEventException when the bytes are not JSON, or have no array there or more than one
     * @throws BatchTooLargeException as soon as there is one element too many
     */
    public List<byte[]> of(byte[] json, int maxElements) throws InvalidCloudEventException, BatchTooLargeException {
        JsonFormat.requireUtf8(json);
        try (JsonParser parser = JsonSource.parser(json, 0, json.length)) {
            JsonFormat.requireContent(parser.nextToken());
            List<byte[]> elements = find(parser, pointer, json, maxElements);
            JsonFormat.requireEnd(parser);
            return elements;
        } catch (IOException e) {
            throw JsonSource.malformed(e);
        }
    }

    /** Goes to the end of the value at hand, since what is cut short behind the array is no JSON. */
    private List<byte[]> find(JsonParser parser, JsonPointer rest, byte[] json, int maxElements)
            throws IOException, InvalidCloudEventException, BatchTooLargeException {
        JsonToken token = parser.currentToken();
        if (rest.matches()) {
            return cut(parser, json, maxElements);
        }
        List<byte[]> found = null;
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean match = rest.getMatchingProperty().equals(parser.currentName());
                parser.nextToken();
                if (!match) {
                    parser.skipChildren();
                } else if (found == null) {
                    found = find(parser, rest.tail(), json, maxElements);
                } else {
                    throw wrong("a member is given at most once");
                }
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                if (i == rest.getMatchingIndex()) {
                    found = find(parser, rest.tail(), json, maxElements);
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (found == null) {
            throw wrong("expected a JSON array");
        }
        return found;
    }

    private List<byte[]> cut(JsonParser parser, byte[] json, int maxElements)
            throws IOException, InvalidCloudEventException, BatchTooLargeException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("expected a JSON array");
        }
        List<byte[]> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (elements.size() == maxElements) {
                throw new BatchTooLargeException(maxElements);
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            elements.add(Arrays.copyOfRange(
                    json, from, (int) parser.currentLocation().getByteOffset()));
        }
        return elements;
    }

    private InvalidCloudEventException wrong(String expected) {
        return new InvalidCloudEventException(List.of(new Violation(text, null, RULE, expected)));
    }
}
