package io.bactrian.admin;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Failure;

/** Writes events: the members of the public event resource, and what only an operator sees. */
final class EventJson {

    private EventJson() {}

    /** Writes what lists say. */
    static void write(JsonGenerator json, String id, EventState state, EventSummary event) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("state", state.state().name().toLowerCase(Locale.ROOT));
        json.writeStringField("webhook", event.webhook());
        json.writeStringField("source", event.source());
        json.writeStringField("eventId", event.id());
        json.writeStringField("type", event.type());
        json.writeStringField("subject", event.subject());
        json.writeStringField("acceptedAt", Json.time(state.acceptedAt()));
        json.writeNumberField("attempts", state.allAttempts());
        json.writeNumberField("replays", state.epoch());
        writePublished(json, state);
        writeFailure(json, "lastError", state.lastError());
        writeFailure(json, "firstError", state.firstError());
        json.writeStringField("nextAttemptAt", Json.time(state.nextAttemptAt()));
        json.writeStringField("natsSubject", event.natsSubject());
        json.writeStringField("dataContentType", event.dataContentType());
        json.writeFieldName("dataSize");
        if (event.dataSize() < 0) {
            json.writeNull();
        } else {
            json.writeNumber(event.dataSize());
        }
        json.writeBooleanField("payloadKept", state.payloadKept());
        json.writeObjectFieldStart("links");
        json.writeStringField("self", "/api/events/" + id);
        json.writeStringField("data", "/api/events/" + id + "/data");
        json.writeEndObject();
    }

    /** Writes the rest that is known of one event. */
    static void writeDetails(JsonGenerator json, EventState state, EventEnvelope envelope) throws IOException {
        CloudEvent event = envelope.event();
        json.writeStringField("mode", envelope.structured() ? "structured" : "binary");
        json.writeStringField("messageId", EventKey.of(event).messageId(state.epoch()));
        json.writeObjectFieldStart("attributes");
        for (String name : event.attributeNames()) {
            json.writeStringField(name, event.attribute(name));
        }
        json.writeEndObject();
        json.writeArrayFieldStart("keptHeaders");
        for (Map.Entry<String, String> header : envelope.keptHeaders()) {
            json.writeStartObject();
            json.writeStringField("name", header.getKey());
            json.writeStringField("value", header.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writePublished(JsonGenerator json, EventState state) throws IOException {
        json.writeFieldName("published");
        if (state.published() == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("stream", state.published().stream());
        json.writeNumberField("sequence", state.published().sequence());
        json.writeBooleanField("duplicate", state.published().duplicate());
        json.writeStringField("at", Json.time(state.published().at()));
        json.writeEndObject();
    }

    private static void writeFailure(JsonGenerator json, String name, Failure failure) throws IOException {
        json.writeFieldName(name);
        if (failure == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("class", failure.errorClass());
        json.writeStringField("message", failure.message());
        json.writeStringField("at", Json.time(failure.at()));
        json.writeEndObject();
    }
}
