package io.bactrian.camel.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.journal.StatusIds;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Key;
import io.bactrian.journal.State;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/** {@code GET /events/{id}}: what became of an event, at once or after {@code Prefer: wait=N}. */
public final class EventStatus extends AsyncProcessorSupport {

    private static final int ETAG_BYTES = 16;

    private final StatusIds statusIds;
    private final Waiting waiting;
    private final LongestWait longestWait;
    private final String eventsPath;

    public EventStatus(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        this.statusIds = JournalService.of(context).statusIds();
        this.waiting = Waiting.of(context);
        this.longestWait = new LongestWait(config);
        this.eventsPath = EventPath.of(config);
    }

    /** An event that is still known, with the payload, as long as that is kept, that says which event it is. */
    private record Known(EventState state, Optional<EventEnvelope> envelope) {
        EventResource resource(String id, String location) {
            return EventResource.of(
                    id,
                    envelope.map(EventEnvelope::webhook).orElse(null),
                    envelope.map(EventEnvelope::event).orElse(null),
                    state,
                    false,
                    location);
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        try {
            String id = request.pathParameter("id");
            Optional<Key> key = id == null ? Optional.empty() : statusIds.keyOf(id);
            if (key.isPresent() && waiting.isKnown(key.get())) {
                tell(exchange, request, id, key.get(), callback);
                return false;
            }
            exchange.setException(unknown());
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
        callback.done(true);
        return true;
    }

    private void tell(Exchange exchange, IntakeRequest request, String id, Key key, AsyncCallback callback) {
        Preferences preferences = Preferences.of(request.headers("Prefer"));
        Duration wait = preferences.waits() ? preferences.waitAtMost(longestWait.of(exchange)) : Duration.ZERO;
        CompletableFuture<Void> settled = wait.isZero()
                ? CompletableFuture.completedFuture(null)
                : waiting.settled(key, wait, request.eventLoop());
        settled.thenCompose(nothing -> known(key))
                .thenAccept(known -> {
                    if (known.isPresent()) {
                        respond(exchange, request, id, known.get());
                        if (preferences.waits()) {
                            exchange.getMessage().setHeader("Preference-Applied", "wait=" + wait.toSeconds());
                        }
                    } else {
                        throw new CompletionException(unknown());
                    }
                })
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            if (failure != null) {
                                StepFailedException.fail(
                                        exchange, failure.getCause() == null ? failure : failure.getCause());
                            }
                            callback.done(false);
                        },
                        request.eventLoop());
    }

    private static ProblemException unknown() {
        return new ProblemException(
                ProblemKind.EVENT_NOT_FOUND, "No event of this id is known, or it has been forgotten since.");
    }

    private CompletableFuture<Optional<Known>> known(Key key) {
        return waiting.find(key)
                .thenCombine(
                        waiting.payload(key),
                        (state, payload) -> state.map(known -> new Known(known, payload.map(EventEnvelope::decode))));
    }

    private void respond(Exchange exchange, IntakeRequest request, String id, Known known) {
        byte[] json = known.resource(id, eventsPath + id).toJson();
        String etag = etag(json);
        Message answer = Responses.fresh(exchange);
        answer.setHeader("ETag", etag);
        if (known.state().state() == State.ACCEPTED) {
            answer.setHeader("Retry-After", "1");
        }
        answer.setHeader("Cache-Control", "private, no-cache");
        answer.setHeader("Vary", "Prefer");
        if (matches(request.headers("If-None-Match"), etag)) {
            answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 304);
            answer.setBody(null);
            return;
        }
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        answer.setHeader("Content-Type", "application/json");
        answer.setBody(json);
    }

    /** Weak comparison, as RFC 9110 13.1.2 asks for. */
    private static boolean matches(List<String> conditions, String etag) {
        for (String condition : String.join(",", conditions).split(",", -1)) {
            String tag = condition.trim();
            if (tag.equals("*") || (tag.startsWith("W/") ? tag.substring(2) : tag).equals(etag)) {
                return true;
            }
        }
        return false;
    }

    private static String etag(byte[] json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
            return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
