package io.bactrian.cloudevents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Reads the event object at which a parser stands; remembers where {@code data} lies in the source and cuts it out untouched. */
final class EventReader {
    private static final String REPEATED = "a member is given at most once";
    private static final int LONGEST_POINTER = 1024;

    private final JsonParser parser;
    private final byte[] json;
    private final String pointer;
    private final Draft draft;
    private final Violations violations;
    private JsonToken dataToken;
    private int dataFrom;
    private int dataTo;
    private String base64;
    private boolean dataSeen;
    private boolean base64Seen;

    private EventReader(JsonParser parser, byte[] json, String pointer) {
        this.parser = parser;
        this.json = json;
        this.pointer = pointer;
        this.draft = new Draft(Place.members(pointer));
        this.violations = draft.violations();
    }

    /** The event, or null with its violations added; the parser then stands at the end of the value. */
    static CloudEvent read(JsonParser parser, byte[] json, String pointer, Violations into) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            JsonSource.skip(parser, repeated -> {});
            into.add(new Violation(pointer, null, pointer.isEmpty() ? "J1" : "B1", "an event must be a JSON object"));
            return null;
        }
        EventReader reader = new EventReader(parser, json, pointer);
        reader.members();
        reader.data();
        CloudEvent event = reader.draft.finish();
        into.addAll(reader.violations.list());
        return event;
    }

    private void members() throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "data" -> dataMember(token);
                case "data_base64" -> base64Member(token);
                default -> {
                    if (draft.begin(name)) {
                        attribute(name, token);
                    } else {
                        skip();
                    }
                }
            }
        }
    }

    private void attribute(String name, JsonToken token) throws IOException {
        switch (token) {
            case VALUE_STRING -> draft.value(parser.getText(), AttributeType.STRING);
            case VALUE_NULL -> {
                // JSON format 2.2: null is the same as not there
            }
            case VALUE_TRUE, VALUE_FALSE -> typed(name, parser.getText(), AttributeType.BOOLEAN);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> typed(name, integer(parser.getText()), AttributeType.INTEGER);
            default -> {
                draft.refuse("J2", "must be a string, an integer, a boolean or null");
                skip();
            }
        }
    }

    private void typed(String name, String canonical, AttributeType type) {
        if (AttributeRules.isCore(name)) {
            draft.refuse("J2", "must be a string");
        } else if (canonical == null) {
            draft.refuse(
                    "C5", "a number must be an integer from -2147483648 to 2147483647, without fraction or exponent");
        } else {
            draft.value(canonical, type);
        }
    }

    private static String integer(String number) {
        try {
            return Integer.toString(Integer.parseInt(number));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void dataMember(JsonToken token) throws IOException {
        if (dataSeen) {
            draft.violate("data", "C3", REPEATED);
            skip();
            return;
        }
        dataSeen = true;
        dataToken = token;
        dataFrom = (int) parser.currentTokenLocation().getByteOffset();
        skip();
        dataTo = (int) parser.currentLocation().getByteOffset();
    }

    private void base64Member(JsonToken token) throws IOException {
        if (base64Seen) {
            draft.violate("data_base64", "C3", REPEATED);
            skip();
            return;
        }
        base64Seen = true;
        if (token == JsonToken.VALUE_STRING) {
            base64 = parser.getText();
        } else if (token != JsonToken.VALUE_NULL) {
            draft.violate("data_base64", "J5", "must be a string");
            skip();
        }
    }

    private void data() {
        if (dataSeen && base64 != null) {
            draft.violate("data_base64", "J5", "data and data_base64 exclude each other");
        } else if (base64 != null) {
            binary();
        } else if (dataSeen && draft.contentTypeKnown()) {
            value(draft.contentType());
        }
    }

    private void binary() {
        try {
            if (base64.length() % 4 == 0) {
                draft.data(Base64.getDecoder().decode(base64), DataKind.BYTES);
                return;
            }
        } catch (IllegalArgumentException e) {
            // told below, together with missing padding, which the decoder would forgive
        }
        draft.violate(
                "data_base64", "J5", "must be base64 with the standard alphabet and padding (RFC 4648 section 4)");
    }

    private void value(MediaType type) {
        if (type == null || type.isJson()) {
            draft.data(Arrays.copyOfRange(json, dataFrom, dataTo), DataKind.JSON);
        } else if (dataToken == JsonToken.VALUE_STRING) {
            text(JsonSource.text(json, dataFrom, dataTo - dataFrom));
        } else if (dataToken != JsonToken.VALUE_NULL) {
            draft.violate("data", "J11", "must be a string, because datacontenttype is not a JSON media type");
        }
    }

    private void text(String text) {
        if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            draft.data(text.getBytes(StandardCharsets.UTF_8), DataKind.TEXT);
        } else {
            draft.violate("data", "C5", "must not have unpaired surrogates");
        }
    }

    private void skip() throws IOException {
        JsonSource.skip(parser, repeated -> {
            String shown = repeated.length() > LONGEST_POINTER ? pointer : repeated;
            violations.add(new Violation(shown, null, "RFC8259", REPEATED));
        });
    }
}
