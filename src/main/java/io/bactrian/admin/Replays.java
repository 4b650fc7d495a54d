package io.bactrian.admin;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.journal.State;

/** Operations on replays by filter. They are remembered until the process ends, the last hundred of them. */
final class Replays {

    private static final int MAX_AT_A_TIME = 4;
    private static final int REMEMBERED = 100;

    private final AdminService service;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Replay> byId = new LinkedHashMap<>();

    Replays(AdminService service) {
        this.service = service;
    }

    /** {@code POST /api/replays}. */
    CompletableFuture<AdminAnswer> start(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        ReplayRequest asked = ReplayRequest.ofMany(request.body());
        EventFilter filter = replayable(asked.filter());
        Replay replay = add(asked, filter, request.caller());
        if (!asked.dryRun()) {
            Audit.log("replays-begin", replay + " filter=" + filter, request.caller(), asked.reason());
        }
        replay.begin();
        return replay.counted()
                .copy()
                .completeOnTimeout(null, service.patience().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(nothing -> asked.dryRun() && replay.phase() == Replay.Phase.DONE
                        ? AdminAnswer.json(200, json -> json.writeNumberField("matched", replay.matched()))
                        : accepted(replay));
    }

    private static AdminAnswer accepted(Replay replay) {
        AdminAnswer answer = AdminAnswer.json(202, replay::writeTo);
        return new AdminAnswer(
                202, answer.contentType(), answer.body(), Map.of("Location", "/api/replays/" + replay.id()));
    }

    /** Without a state: what is over and was not given up by a person. */
    private static EventFilter replayable(EventFilter filter) {
        Set<State> states = filter.states();
        if (states.contains(State.ACCEPTED)) {
            throw new InvalidRequestException(
                    "/filter/state",
                    "state: an accepted event is pending already; expected dead, processed or discarded");
        }
        return states.isEmpty() ? filter.withStates(EnumSet.of(State.DEAD, State.PROCESSED)) : filter;
    }

    private synchronized Replay add(ReplayRequest asked, EventFilter filter, String who) {
        if (byId.values().stream().filter(replay -> !replay.isOver()).count() >= MAX_AT_A_TIME) {
            throw new java.util.concurrent.CompletionException(new ProblemException(
                    ProblemKind.RATE_LIMITED, "No more than " + MAX_AT_A_TIME + " replays run at a time."));
        }
        byte[] id = new byte[9];
        random.nextBytes(id);
        Replay replay =
                new Replay(service, Base64.getUrlEncoder().withoutPadding().encodeToString(id), asked, filter, who);
        byId.put(replay.id(), replay);
        if (byId.size() > REMEMBERED) {
            byId.values().stream().filter(Replay::isOver).findFirst().ifPresent(old -> byId.remove(old.id()));
        }
        return replay;
    }

    private synchronized Replay find(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        Replay replay = byId.get(request.pathParameter("id"));
        if (replay == null) {
            throw new java.util.concurrent.CompletionException(new ProblemException(
                    ProblemKind.NOT_FOUND, "No replay of this id is known: they are forgotten when the gateway ends."));
        }
        return replay;
    }

    /** {@code GET /api/replays}: the newest first. */
    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        List<Replay> all;
        synchronized (this) {
            all = new ArrayList<>(byId.values());
        }
        Collections.reverse(all);
        return CompletableFuture.completedFuture(AdminAnswer.json(200, json -> {
            json.writeArrayFieldStart("items");
            for (Replay replay : all) {
                json.writeStartObject();
                replay.writeTo(json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("next", null);
        }));
    }

    /** {@code GET /api/replays/{id}}. */
    CompletableFuture<AdminAnswer> show(IntakeRequest request) {
        return CompletableFuture.completedFuture(AdminAnswer.json(200, find(request)::writeTo));
    }

    /** {@code DELETE /api/replays/{id}}: what was replayed stays so. */
    CompletableFuture<AdminAnswer> cancel(IntakeRequest request) {
        Replay replay = find(request);
        replay.cancel(request.caller());
        return CompletableFuture.completedFuture(AdminAnswer.json(200, replay::writeTo));
    }
}
