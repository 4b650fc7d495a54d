package io.bactrian.camel.intake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.http.Problem;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Published;
import io.bactrian.journal.State;

/**
 * The event resource of the contract, and the body of every success.
 *
 * @param id of the resource, null when nothing is kept here
 * @param state one of accepted, processed, dead, discarded, or filtered when it is not kept
 * @param location path of the resource, null when there is none
 */
record EventResource(
        String id,
        String state,
        String webhook,
        CloudEvent event,
        Instant acceptedAt,
        long attempts,
        boolean duplicate,
        Published published,
        Failure lastError,
        Instant nextAttemptAt,
        String location) {

    private static final JsonFactory JSON = new JsonFactory();

    /** An event that was just made durable, about which there is nothing more to know. */
    static EventResource accepted(String id, String webhook, CloudEvent event, Instant at, String location) {
        return new EventResource(id, "accepted", webhook, event, at, 0, false, null, null, null, location);
    }

    static EventResource of(
            String id, String webhook, CloudEvent event, EventState state, boolean duplicate, String location) {
        return new EventResource(
                id,
                state.state().name().toLowerCase(Locale.ROOT),
                webhook,
                event,
                state.acceptedAt(),
                state.allAttempts(),
                duplicate,
                state.published(),
                state.state() == State.PROCESSED ? null : state.lastError(),
                state.nextAttemptAt(),
                location);
    }

    /** An event that its webhook does not want. */
    static EventResource filtered(String webhook, CloudEvent event) {
        return new EventResource(null, "filtered", webhook, event, null, 0, false, null, null, null, null);
    }

    boolean isProcessed() {
        return state.equals("processed");
    }

    /** @return the status this event has, or would have if it were alone */
    int status() {
        return isProcessed() ? (duplicate ? 200 : 201) : 202;
    }

    byte[] toJson() {
        return json(this::writeTo);
    }

    /** One result for each element of a lenient batch, in the order of the request. */
    static byte[] lenient(List<EventResource> accepted, SortedMap<Integer, Problem> refused) {
        return json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("items");
            Iterator<EventResource> next = accepted.iterator();
            for (int place = 0; place < accepted.size() + refused.size(); place++) {
                Problem problem = refused.get(place);
                json.writeStartObject();
                if (problem == null) {
                    EventResource item = next.next();
                    json.writeNumberField("status", item.status());
                    item.writeMembers(json);
                } else {
                    json.writeNumberField("status", problem.kind().status());
                    json.writeFieldName("problem");
                    problem.writeTo(json);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    static byte[] batch(List<EventResource> items) {
        return json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("items");
            for (EventResource item : items) {
                item.writeTo(json);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Writes JSON, with the checked exception of a stream that cannot fail. */
    @FunctionalInterface
    private interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private static byte[] json(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            content.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeMembers(json);
        json.writeEndObject();
    }

    private void writeMembers(JsonGenerator json) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("state", state);
        json.writeStringField("webhook", webhook);
        json.writeStringField("source", event.source());
        json.writeStringField("eventId", event.id());
        json.writeStringField("type", event.type());
        json.writeStringField("subject", event.subject());
        json.writeStringField("acceptedAt", time(acceptedAt));
        json.writeNumberField("attempts", attempts);
        json.writeBooleanField("duplicate", duplicate);
        json.writeFieldName("published");
        writePublished(json);
        json.writeFieldName("lastError");
        writeLastError(json);
        json.writeStringField("nextAttemptAt", time(nextAttemptAt));
        json.writeObjectFieldStart("links");
        json.writeStringField("self", location);
        json.writeEndObject();
    }

    private void writePublished(JsonGenerator json) throws IOException {
        if (published == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("stream", published.stream());
        json.writeNumberField("sequence", published.sequence());
        json.writeBooleanField("duplicate", published.duplicate());
        json.writeEndObject();
    }

    private void writeLastError(JsonGenerator json) throws IOException {
        if (lastError == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("class", lastError.errorClass());
        json.writeStringField("message", lastError.message());
        json.writeStringField("at", time(lastError.at()));
        json.writeEndObject();
    }

    private static String time(Instant at) {
        return at == null ? null : IsoMillis.of(at);
    }
}
