package io.bactrian.webhook;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import io.bactrian.cloudevents.JsonParsers;

/** One scalar of a JSON body, found by a pointer (RFC 6901) while streaming, without a tree. */
final class JsonText {

    private static final JsonParsers JSON = new JsonParsers(new JsonFactory());

    private final JsonPointer pointer;

    private JsonText(JsonPointer pointer) {
        this.pointer = pointer;
    }

    /** @throws IllegalArgumentException when it is no pointer */
    static JsonText at(String parameter, String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException(
                    parameter + "=pointer:" + pointer + ": expected a JSON pointer that starts with /");
        }
        return new JsonText(JsonPointer.compile(pointer));
    }

    /** @return the text of the scalar; null when the body is not JSON, or has no scalar there */
    String read(byte[] body) {
        try (JsonParser parser = JSON.of(body, 0, body.length)) {
            parser.nextToken();
            return find(parser, pointer);
        } catch (IOException e) {
            return null;
        }
    }

    private static String find(JsonParser parser, JsonPointer rest) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return null;
        }
        if (rest.matches()) {
            return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
        }
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean match = rest.getMatchingProperty().equals(parser.currentName());
                parser.nextToken();
                if (match) {
                    return find(parser, rest.tail());
                }
                parser.skipChildren();
            }
        } else if (token == JsonToken.START_ARRAY && rest.mayMatchElement()) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                if (parser.currentToken() == null) {
                    return null;
                }
                if (i == rest.getMatchingIndex()) {
                    return find(parser, rest.tail());
                }
                parser.skipChildren();
            }
        }
        return null;
    }
}
