package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Prints pages of events as they come: as a table, or as one JSON list. */
final class EventsText {

    private static final String ROW = "%-22s  %-9s  %-24s  %s  %s  %8s  %s%n";
    private static final int WEBHOOK_COLUMNS = 16;
    private static final int TYPE_COLUMNS = 28;

    private final PrintWriter out;
    private final JsonGenerator json;
    private String next;
    private boolean begun;

    EventsText(PrintWriter out, boolean asJson) {
        this.out = out;
        try {
            this.json = asJson
                    ? new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    : null;
            if (json != null) {
                json.writeStartObject();
                json.writeArrayFieldStart("items");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return how many events the page has */
    int page(String answer) {
        next = null;
        int items = 0;
        try (JsonParser parser = new JsonFactory().createParser(answer)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("items")) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        items++;
                        event(parser);
                    }
                } else if (name.equals("next") && value == JsonToken.VALUE_STRING) {
                    next = parser.getText();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return items;
    }

    /** @return cursor of the page behind the last one, or null */
    String next() {
        return next;
    }

    void end() {
        try {
            if (json != null) {
                json.writeEndArray();
                json.writeStringField("next", next);
                json.writeEndObject();
                json.close();
                out.println();
            } else if (!begun) {
                out.println("no events");
            } else if (next != null) {
                out.println("more follow: use --limit");
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void event(JsonParser parser) throws IOException {
        if (json != null) {
            json.writeRawValue(copy(parser));
            return;
        }
        Map<String, String> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken().isScalarValue()) {
                members.put(
                        name,
                        parser.currentToken() == JsonToken.VALUE_NULL ? "-" : TerminalText.plain(parser.getText()));
            } else if (name.equals("lastError")) {
                parser.nextToken();
                parser.nextToken();
                members.put(name, TerminalText.plain(parser.getText()));
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }
        if (!begun) {
            out.printf(
                    ROW,
                    "ID",
                    "STATE",
                    "ACCEPTED",
                    TerminalText.column("WEBHOOK", WEBHOOK_COLUMNS),
                    TerminalText.column("TYPE", TYPE_COLUMNS),
                    "ATTEMPTS",
                    "LAST ERROR");
            begun = true;
        }
        out.printf(
                ROW,
                members.get("id"),
                members.get("state"),
                members.get("acceptedAt"),
                TerminalText.column(members.get("webhook"), WEBHOOK_COLUMNS),
                TerminalText.column(members.get("type"), TYPE_COLUMNS),
                members.get("attempts"),
                members.get("lastError"));
    }

    private static String copy(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = new JsonFactory().createGenerator(text)) {
            copy.copyCurrentStructure(parser);
        }
        return TerminalText.json(text.toString());
    }

    /** One object with a member a line. */
    static String tree(String answer) {
        StringWriter text = new StringWriter();
        try (JsonParser parser = new JsonFactory().createParser(answer);
                JsonGenerator pretty = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            parser.nextToken();
            pretty.copyCurrentStructure(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TerminalText.json(text.toString());
    }
}
