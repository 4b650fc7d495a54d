package io.bactrian.camel.intake;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

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
 * @param webhook null when the payload is not kept any more, which says it
 * @param event null in the same case
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
        AnswerJson json = new AnswerJson();
        writeTo(json);
        return json.toBytes();
    }

    /** One result for each element of a lenient batch, in the order of the request. */
    static byte[] lenient(List<EventResource> accepted, SortedMap<Integer, Problem> refused) {
        Iterator<EventResource> next = accepted.iterator();
        AnswerJson json = new AnswerJson().json("{\"items\":[");
        for (int place = 0; place < accepted.size() + refused.size(); place++) {
            Problem problem = refused.get(place);
            json.json(place == 0 ? "{\"status\":" : ",{\"status\":");
            if (problem == null) {
                EventResource item = next.next();
                json.number(item.status()).json(",");
                item.writeMembers(json);
            } else {
                json.number(problem.kind().status()).json(",\"problem\":").json(problem.toJson());
            }
            json.json("}");
        }
        return json.json("]}").toBytes();
    }

    static byte[] batch(List<EventResource> items) {
        AnswerJson json = new AnswerJson().json("{\"items\":[");
        for (int place = 0; place < items.size(); place++) {
            json.json(place == 0 ? "" : ",");
            items.get(place).writeTo(json);
        }
        return json.json("]}").toBytes();
    }

    private void writeTo(AnswerJson json) {
        json.json("{");
        writeMembers(json);
        json.json("}");
    }

    private void writeMembers(AnswerJson json) {
        json.json("\"id\":").text(id);
        json.json(",\"state\":").text(state);
        json.json(",\"webhook\":").text(webhook);
        json.json(",\"source\":").text(event == null ? null : event.source());
        json.json(",\"eventId\":").text(event == null ? null : event.id());
        json.json(",\"type\":").text(event == null ? null : event.type());
        json.json(",\"subject\":").text(event == null ? null : event.subject());
        json.json(",\"acceptedAt\":").text(time(acceptedAt));
        json.json(",\"attempts\":").number(attempts);
        json.json(",\"duplicate\":").flag(duplicate);
        json.json(",\"published\":");
        writePublished(json);
        json.json(",\"lastError\":");
        writeLastError(json);
        json.json(",\"nextAttemptAt\":").text(time(nextAttemptAt));
        json.json(",\"links\":{\"self\":").text(location).json("}");
    }

    private void writePublished(AnswerJson json) {
        if (published == null) {
            json.json("null");
            return;
        }
        json.json("{\"stream\":").text(published.stream());
        json.json(",\"sequence\":").number(published.sequence());
        json.json(",\"duplicate\":").flag(published.duplicate()).json("}");
    }

    private void writeLastError(AnswerJson json) {
        if (lastError == null) {
            json.json("null");
            return;
        }
        json.json("{\"class\":").text(lastError.errorClass());
        json.json(",\"message\":").text(lastError.message());
        json.json(",\"at\":").text(time(lastError.at())).json("}");
    }

    private static String time(Instant at) {
        return at == null ? null : IsoMillis.of(at);
    }
}
