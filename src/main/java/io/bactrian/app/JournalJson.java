package io.bactrian.app;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.journal.JournalReport;
import io.bactrian.journal.StoredRecord;

/** What is in a journal, a JSON object each. */
final class JournalJson {

    private JournalJson() {}

    /** Something that is written as JSON. */
    private interface Written {
        void to(JsonGenerator json) throws IOException;
    }

    static String of(JournalReport report) {
        return json(json -> write(json, report));
    }

    /** @param data whether the event's data is wanted too */
    static String of(StoredRecord found, boolean data) {
        return json(json -> write(json, found, data));
    }

    private static String json(Written written) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            written.to(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TerminalText.json(text.toString());
    }

    private static void write(JsonGenerator json, JournalReport report) throws IOException {
        json.writeNumberField("version", report.version());
        json.writeNumberField("owner", report.owner());
        json.writeNumberField("pending", report.pending());
        json.writeNumberField("processed", report.processed());
        json.writeNumberField("dead", report.dead());
        json.writeNumberField("discarded", report.discarded());
        json.writeNumberField("lastSequence", report.lastSequence());
        json.writeStringField(
                "oldestPendingAt",
                report.oldestPendingAt() == null
                        ? null
                        : report.oldestPendingAt().toString());
        json.writeArrayFieldStart("segments");
        for (JournalReport.SegmentReport segment : report.segments()) {
            json.writeStartObject();
            json.writeStringField("name", segment.name());
            json.writeStringField("kind", segment.kind());
            json.writeNumberField("bytes", segment.bytes());
            json.writeNumberField("used", segment.used());
            json.writeNumberField("events", segment.events());
            json.writeNumberField("pending", segment.pending());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("damage");
        for (JournalReport.Damage damage : report.damage()) {
            json.writeStartObject();
            json.writeStringField("file", damage.file());
            json.writeNumberField("from", damage.from());
            json.writeNumberField("to", damage.to());
            json.writeStringField("what", damage.what());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, StoredRecord found, boolean data) throws IOException {
        json.writeNumberField("sequence", found.sequence());
        json.writeStringField("kind", found.kind());
        json.writeBooleanField("copy", found.copy());
        json.writeStringField("segment", found.segment());
        json.writeNumberField("offset", found.offset());
        json.writeNumberField("bytes", found.bytes());
        json.writeStringField("time", found.time().toString());
        if (found.key() != null) {
            json.writeStringField("key", found.key().toString());
            json.writeNumberField("attempts", found.attempts());
            json.writeNumberField("epoch", found.epoch());
        }
        if (found.published() != null) {
            json.writeStringField("stream", found.published().stream());
            json.writeNumberField("streamSequence", found.published().sequence());
        }
        if (found.failure() != null) {
            json.writeStringField("error", found.failure().errorClass());
            json.writeStringField("message", found.failure().message());
        }
        if (found.payload() != null) {
            writeEvent(json, found, data);
        }
    }

    private static void writeEvent(JsonGenerator json, StoredRecord found, boolean data) throws IOException {
        try {
            EventEnvelope envelope = EventEnvelope.decode(found.payload());
            json.writeStringField("webhook", envelope.webhook());
            json.writeStringField("subject", envelope.subject());
            json.writeStringField("type", envelope.event().type());
            json.writeStringField("source", envelope.event().source());
            json.writeStringField("id", envelope.event().id());
            if (data && envelope.event().data() != null) {
                json.writeBinaryField("data", envelope.event().data());
            }
        } catch (IllegalArgumentException e) {
            json.writeStringField("unreadable", e.getMessage());
        }
    }
}
