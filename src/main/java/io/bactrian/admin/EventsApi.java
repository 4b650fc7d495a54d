package io.bactrian.admin;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.journal.EventPage;
import io.bactrian.journal.EventState;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalFullException;
import io.bactrian.journal.JournalUnavailableException;
import io.bactrian.journal.Key;
import io.bactrian.journal.State;

/** Operations on events: list, look, replay one, discard one. */
final class EventsApi {

    private static final String NO_PAYLOAD = "The payload of the event is not kept any more, or cannot be read.";

    private final AdminService service;

    EventsApi(AdminService service) {
        this.service = service;
    }

    /** {@code GET /api/events}. */
    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        Map<String, String> parameters = QueryParameters.parse(
                request.rawQuery(), QueryParameters.names(EventFilter.MEMBERS, "limit", "cursor"));
        EventFilter filter = EventFilter.of(parameters, null);
        int limit = QueryParameters.limit(parameters.getOrDefault("limit", ""));
        String cursor = parameters.getOrDefault("cursor", "");
        long before = cursor.isEmpty() ? Long.MAX_VALUE : service.cursors().read(cursor, filter);
        return service.read(() -> {
            EventPage<EventSummary> page = service.list(filter, false, before, limit);
            return AdminAnswer.json(200, json -> {
                json.writeArrayFieldStart("items");
                for (EventPage.Item<EventSummary> item : page.items()) {
                    json.writeStartObject();
                    EventJson.write(json, service.idOf(item.state().key()), item.state(), item.event());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeStringField("next", service.cursors().of(page.next(), filter));
            });
        });
    }

    /** {@code GET /api/dead}: dead events by reason. */
    CompletableFuture<AdminAnswer> dead(IntakeRequest request) {
        List<String> known = List.of("webhook", "type", "source", "since", "until", "cursor");
        Map<String, String> parameters = QueryParameters.parse(request.rawQuery(), known);
        EventFilter filter = EventFilter.of(parameters, null).withStates(EnumSet.of(State.DEAD));
        String cursor = parameters.getOrDefault("cursor", "");
        long before = cursor.isEmpty() ? Long.MAX_VALUE : service.cursors().read(cursor, filter);
        return service.read(() -> {
            DeadGroups groups = new DeadGroups();
            long next = groups.fill(
                    at -> service.list(filter, false, at, QueryParameters.MAX_LIMIT), before, service.scanBytes());
            return AdminAnswer.json(200, json -> {
                groups.writeTo(json, service::idOf);
                json.writeStringField("next", service.cursors().of(next, filter));
            });
        });
    }

    /** An event, with its payload as long as that is kept. */
    private record Known(String id, EventState state, Optional<EventEnvelope> envelope) {
        EventSummary summary() {
            return envelope.map(EventSummary::of).orElse(EventSummary.unknown());
        }

        void writeTo(JsonGenerator json) throws IOException {
            EventJson.write(json, id, state, summary());
            if (envelope.isPresent()) {
                EventJson.writeDetails(json, state, envelope.get());
            }
        }
    }

    private CompletableFuture<Known> known(IntakeRequest request) {
        String id = request.pathParameter("id");
        return service.read(() -> {
            Key key = service.keyOf(id).orElseThrow(EventsApi::notFound);
            EventState state = service.journal().find(key).orElseThrow(EventsApi::notFound);
            return new Known(id, state, service.journal().payload(key).flatMap(EventsApi::readable));
        });
    }

    /** @return nothing for what cannot be read, as after a downgrade: it can still be looked at and discarded */
    private static Optional<EventEnvelope> readable(byte[] payload) {
        try {
            return Optional.of(EventEnvelope.decode(payload));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static CompletionException notFound() {
        return new CompletionException(new ProblemException(
                ProblemKind.EVENT_NOT_FOUND, "No event of this id is known, or it has been forgotten since."));
    }

    private static CompletionException noPayload() {
        return new CompletionException(new ProblemException(ProblemKind.NOT_FOUND, NO_PAYLOAD));
    }

    /** {@code GET /api/events/{id}}. */
    CompletableFuture<AdminAnswer> show(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        return known(request).thenApply(known -> AdminAnswer.json(200, known::writeTo));
    }

    /** {@code GET /api/events/{id}/data}: never to be run by a browser, whatever its type says. */
    CompletableFuture<AdminAnswer> data(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        return known(request).thenApply(known -> {
            CloudEvent event =
                    known.envelope().orElseThrow(EventsApi::noPayload).event();
            byte[] data = event.data();
            if (data == null) {
                return new AdminAnswer(204, null, new byte[0], Map.of());
            }
            String type = event.dataContentType() == null ? "application/octet-stream" : event.dataContentType();
            return new AdminAnswer(
                    200,
                    type,
                    data,
                    Map.of(
                            "X-Content-Type-Options",
                            "nosniff",
                            "Content-Security-Policy",
                            "sandbox",
                            "Content-Disposition",
                            "attachment"));
        });
    }

    /** {@code POST /api/events/{id}/replay}. */
    CompletableFuture<AdminAnswer> replay(IntakeRequest request) {
        return change(
                request,
                "replay",
                202,
                EnumSet.of(State.PROCESSED, State.DEAD, State.DISCARDED),
                (state, reason) -> service.journal().replay(state, service.requests()));
    }

    /** {@code POST /api/events/{id}/discard}. */
    CompletableFuture<AdminAnswer> discard(IntakeRequest request) {
        return change(
                request, "discard", 200, EnumSet.of(State.ACCEPTED, State.DEAD), (state, reason) -> service.journal()
                        .discard(state.key(), reason == null ? "no reason given" : reason, service.requests()));
    }

    /** A change answers when it is durable. */
    private CompletableFuture<AdminAnswer> change(
            IntakeRequest request,
            String action,
            int status,
            EnumSet<State> from,
            BiFunction<EventState, String, CompletableFuture<EventState>> operation) {
        QueryParameters.parse(request.rawQuery(), List.of());
        String reason = ReplayRequest.ofOne(request.body()).reason();
        return known(request).thenCompose(known -> {
            if (!from.contains(known.state().state())) {
                throw new InvalidRequestException(
                        null, "The event is " + word(known.state().state()) + ": there is nothing to " + action + ".");
            }
            if (action.equals("replay") && known.envelope().isEmpty()) {
                throw new InvalidRequestException(null, NO_PAYLOAD);
            }
            return operation.apply(known.state(), reason).handle((state, failure) -> {
                if (failure != null) {
                    throw changed(failure);
                }
                Audit.log(
                        action,
                        "event=" + known.id() + " webhook=" + known.summary().webhook() + " was="
                                + word(known.state().state()),
                        request.caller(),
                        reason);
                return AdminAnswer.json(status, new Known(known.id(), state, known.envelope())::writeTo);
            });
        });
    }

    private static RuntimeException changed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean ours = cause instanceof JournalUnavailableException || cause instanceof JournalFullException;
        if (cause instanceof JournalException && !ours) {
            return new InvalidRequestException(null, "The event has changed meanwhile: look at it again.");
        }
        return new CompletionException(cause);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
