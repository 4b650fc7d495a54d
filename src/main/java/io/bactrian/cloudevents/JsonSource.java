package io.bactrian.cloudevents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** Jackson's streaming parser, bounded and strict. Jackson may stop at the first fault, so repeated names are found here instead. */
final class JsonSource {
    /** Deepest nesting of arrays and objects. */
    static final int MAX_DEPTH = 500;
    /** Longest string inside a document, in characters. */
    static final int MAX_STRING = 64 * 1024 * 1024;
    /** Longest name of a member, in bytes: as long as an event that must be forwarded. */
    static final int MAX_NAME = 64 * 1024;
    /** Longest number, in characters. */
    static final int MAX_NUMBER = 1000;

    private static final JsonParsers DOCUMENTS = parsers(MAX_DEPTH);
    private static final Pattern UNRECOGNIZED = Pattern.compile("^Unrecognized token '.*?':", Pattern.DOTALL);
    /** For values that will lie in an event that may lie in a batch, two levels down. */
    private static final JsonParsers VALUES = parsers(MAX_DEPTH - 2);

    private JsonSource() {}

    private static JsonParsers parsers(int maxDepth) {
        return new JsonParsers(JsonFactory.builder()
                // a document is UTF-8 whatever its first bytes look like (RFC 8259 section 8.1), and offsets are bytes
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(MAX_STRING)
                        .maxNumberLength(MAX_NUMBER)
                        .maxNameLength(MAX_NAME)
                        .build())
                .build());
    }

    static JsonParser parser(byte[] json, int from, int length) throws IOException {
        return DOCUMENTS.of(json, from, length);
    }

    /** Whether the bytes are one JSON value without repeated names, so that a structured event may carry them as {@code data}. */
    static boolean isValue(byte[] bytes) {
        if (Utf8.firstInvalid(bytes) >= 0) {
            return false;
        }
        try (JsonParser parser = VALUES.of(bytes, 0, bytes.length)) {
            if (parser.nextToken() == null) {
                return false;
            }
            AtomicBoolean repeated = new AtomicBoolean();
            skip(parser, pointer -> repeated.set(true));
            return !repeated.get() && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Moves to the end of the value at hand; shows the pointer of the first repeated name. The first only: a pointer is as long as the names it is made of, and a hostile document repeats a name many times below a long one.
     */
    static void skip(JsonParser parser, Consumer<String> repeated) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            parser.finishToken();
            return;
        }
        List<SeenNames> open = new ArrayList<>(4);
        int depth = 0;
        boolean told = false;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token == JsonToken.FIELD_NAME) {
                if (!open.get(depth - 1).add(parser.currentName()) && !told) {
                    told = true;
                    repeated.accept(parser.getParsingContext().pathAsPointer().toString());
                }
            } else if (token.isStructStart()) {
                if (depth == open.size()) {
                    open.add(new SeenNames());
                }
                open.get(depth++).clear();
            } else if (token.isStructEnd() && --depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
    }

    /** The text of the JSON string that fills these bytes. */
    static String text(byte[] json, int from, int length) {
        try (JsonParser parser = parser(json, from, length)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException("the string has been parsed before", e);
        }
    }

    /** The violation that a document which is no JSON amounts to. */
    static InvalidCloudEventException malformed(IOException cause) {
        String detail = cause.getMessage();
        if (cause instanceof JsonProcessingException json) {
            // Jackson quotes what it found, and that may be confidential
            detail = UNRECOGNIZED.matcher(json.getOriginalMessage()).replaceFirst("Unrecognized token:");
            if (json.getLocation() != null) {
                detail += " (line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr() + ")";
            }
        }
        return malformed(detail);
    }

    static InvalidCloudEventException malformed(String detail) {
        return new InvalidCloudEventException(List.of(new Violation("", null, "RFC8259", detail)));
    }
}
