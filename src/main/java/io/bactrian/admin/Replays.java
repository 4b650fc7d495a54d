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

/**
 * Operations on replays by filter, of which the last hundred are remembered, also over a restart, which those that were not over
 * go on after.
 */
final class Replays {

    private static final int MAX_AT_A_TIME = 4;
    private static final int REMEMBERED = 100;

    private final AdminService service;
    private final ReplayFiles files;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ReplayRun> byId = new LinkedHashMap<>();

    Replays(AdminService service, ReplayFiles files) {
        this.service = service;
        this.files = files;
    }

    /** Goes on with the replays of the process before. */
    synchronized void resume() {
        for (Replay replay : files.read()) {
            ReplayRun run = new ReplayRun(service, files, replay);
            byId.put(replay.id(), run);
            if (!replay.isOver()) {
                Audit.log("replays-resumed", replay.toString(), replay.who(), replay.reason());
                run.resume();
            }
        }
    }

    /** {@code POST /api/replays}. */
    CompletableFuture<AdminAnswer> start(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        ReplayRequest asked = ReplayRequest.ofMany(request.body());
        ReplayRun run = add(asked, replayable(asked.filter()), request.caller());
        Replay replay = run.replay();
        if (!asked.dryRun()) {
            Audit.log("replays-begin", replay + " filter=" + replay.filter().members(), replay.who(), replay.reason());
        }
        return run.begin()
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

    /** 72 random bits but one: it begins with a letter, since on a command line a hyphen begins an option. */
    static String newId(SecureRandom random) {
        byte[] bytes = new byte[9];
        random.nextBytes(bytes);
        bytes[0] &= 0x7F;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private synchronized ReplayRun add(ReplayRequest asked, EventFilter filter, String who) {
        long running =
                byId.values().stream().filter(run -> !run.replay().isOver()).count();
        if (running >= MAX_AT_A_TIME) {
            throw new java.util.concurrent.CompletionException(new ProblemException(
                    ProblemKind.RATE_LIMITED, "No more than " + MAX_AT_A_TIME + " replays run at a time."));
        }
        String id = newId(random);
        ReplayRun run = new ReplayRun(
                service,
                files,
                new Replay(
                        id,
                        filter,
                        asked.dryRun(),
                        who,
                        asked.reason(),
                        service.journal().mark()));
        byId.put(id, run);
        if (byId.size() > REMEMBERED) {
            byId.values().stream()
                    .map(ReplayRun::replay)
                    .filter(Replay::isOver)
                    .findFirst()
                    .ifPresent(this::forget);
        }
        return run;
    }

    private void forget(Replay old) {
        byId.remove(old.id());
        service.later(() -> files.delete(old), 0);
    }

    private synchronized ReplayRun find(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        ReplayRun run = byId.get(request.pathParameter("id"));
        if (run == null) {
            throw new java.util.concurrent.CompletionException(new ProblemException(
                    ProblemKind.NOT_FOUND,
                    "No replay of this id is known: the last " + REMEMBERED + " are remembered."));
        }
        return run;
    }

    /** {@code GET /api/replays}: the newest first. */
    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        QueryParameters.parse(request.rawQuery(), List.of());
        List<Replay> all = new ArrayList<>();
        synchronized (this) {
            byId.values().forEach(run -> all.add(run.replay()));
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
        return CompletableFuture.completedFuture(
                AdminAnswer.json(200, find(request).replay()::writeTo));
    }

    /** {@code DELETE /api/replays/{id}}: what was replayed stays so. */
    CompletableFuture<AdminAnswer> cancel(IntakeRequest request) {
        ReplayRun run = find(request);
        return run.cancel(request.caller()).thenApply(nothing -> AdminAnswer.json(200, run.replay()::writeTo));
    }
}
