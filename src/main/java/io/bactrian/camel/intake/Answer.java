package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.journal.EventOrigin;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.journal.StatusIds;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.Appended;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Answers an intake request. A new event is on disk when it gets here. A duplicate comes at once, so its original's
 * fsync is awaited first, and when that fails the duplicate fails with it. Then the answer says what is true now, or
 * waits for JetStream as long as the webhook or {@code Prefer: wait} says.
 */
public final class Answer extends AsyncProcessorSupport {

    private static final String DUPLICATE = "Bactrian-Duplicate";

    private final Journal journal;
    private final StatusIds statusIds;
    private final Executor completions;
    private final Waiting waiting;
    private final OwnKeys ownKeys;
    private final AlteredDuplicates altered;
    private final Meters meters;
    private final LongestWait longestWait;
    private final String eventsPath;

    public Answer(CamelContext context) {
        JournalService service = JournalService.of(context);
        this.journal = service.journal();
        this.statusIds = service.statusIds();
        this.completions = service.completions();
        this.waiting = Waiting.of(context);
        this.ownKeys = new OwnKeys(waiting);
        this.meters = Meters.of(context);
        this.altered = new AlteredDuplicates(waiting, meters);
        BactrianConfig config = BactrianConfig.of(context);
        this.longestWait = new LongestWait(config);
        this.eventsPath = EventPath.of(config);
    }

    /** One element of the answer while it is being found out. */
    private record Item(CloudEvent event, Appended appended, Key key) {}

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Executor executor = exchange.getProperty(EventProperties.COMPLETE_ON, completions, Executor.class);
        try {
            boolean batch = exchange.getMessage().getBody() instanceof List<?>;
            Preferences preferences = Preferences.of(exchange);
            CompletableFuture<Void> answered = batch
                    ? answerBatch(exchange, preferences, executor)
                    : answerSingle(exchange, preferences, executor);
            if (!answered.isDone() || answered.isCompletedExceptionally()) {
                answered.whenCompleteAsync(
                        (nothing, failure) -> {
                            if (failure != null) {
                                StepFailedException.fail(exchange, unwrap(failure));
                            }
                            callback.done(false);
                        },
                        executor);
                return false;
            }
        } catch (RuntimeException | Error e) {
            StepFailedException.fail(exchange, e);
        }
        callback.done(true);
        return true;
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private CompletableFuture<Void> answerSingle(Exchange exchange, Preferences preferences, Executor executor) {
        CloudEvent event = exchange.getMessage().getBody(CloudEvent.class);
        Appended appended = exchange.getProperty(EventProperties.APPENDED, Appended.class);
        Key key = appended != null ? appended.key() : JournalService.keyOf(EventKey.of(event));
        if (appended != null && !appended.duplicate()) {
            Duration wait = wait(exchange, preferences);
            if (wait.isZero()) {
                respond(exchange, accepted(exchange, new Item(event, appended, key)), preferences, wait);
                return CompletableFuture.completedFuture(null);
            }
        }
        CompletableFuture<Appended> durable =
                appended != null ? CompletableFuture.completedFuture(appended) : journal.durable(key, executor);
        return durable.thenCompose(known -> {
                    if (known.duplicate()) {
                        duplicate(exchange, event, key);
                    }
                    return ownKeys.check(exchange, event, known);
                })
                .thenCompose(known -> {
                    Item item = new Item(event, known, key);
                    Duration wait = wait(exchange, preferences);
                    CompletableFuture<Void> settled = wait.isZero()
                            ? CompletableFuture.completedFuture(null)
                            : waiting.settled(key, wait, executor);
                    return settled.thenCompose(nothing -> waiting.find(key))
                            .thenAccept(state -> respond(exchange, resource(exchange, item, state), preferences, wait));
                });
    }

    private CompletableFuture<Void> answerBatch(Exchange exchange, Preferences preferences, Executor executor) {
        List<?> events = exchange.getMessage().getBody(List.class);
        List<?> appended = exchange.getProperty(EventProperties.APPENDED, List.class);
        List<Item> items = new ArrayList<>(events.size());
        LenientBatch.countRefused(exchange, meters);
        boolean news = true;
        for (int i = 0; i < events.size(); i++) {
            Appended a = (Appended) appended.get(i);
            Item item = new Item((CloudEvent) events.get(i), a, a.key());
            items.add(item);
            if (a.duplicate()) {
                news = false;
                duplicate(exchange, item.event(), item.key());
            }
        }
        Duration wait = wait(exchange, preferences);
        if (news && wait.isZero()) {
            respondBatch(
                    exchange,
                    items.stream().map(item -> accepted(exchange, item)).toList(),
                    preferences,
                    wait);
            return CompletableFuture.completedFuture(null);
        }
        List<Key> keys = items.stream().map(Item::key).toList();
        return known(exchange, items)
                .thenCompose(nothing ->
                        wait.isZero() ? CompletableFuture.completedFuture(null) : waiting.settled(keys, wait, executor))
                .thenCompose(nothing -> waiting.findAll(keys))
                .thenAccept(states -> {
                    List<EventResource> resources = new ArrayList<>(items.size());
                    for (int i = 0; i < items.size(); i++) {
                        resources.add(resource(exchange, items.get(i), states.get(i)));
                    }
                    respondBatch(exchange, resources, preferences, wait);
                });
    }

    private void duplicate(Exchange exchange, CloudEvent event, Key key) {
        String webhook = origin(exchange).name();
        meters.duplicate(webhook);
        if (exchange.getProperty(EventProperties.OWN_KEY) == null) {
            altered.look(webhook, event, key);
        }
    }

    /** Fails when a repeat is none. What was new in the same batch is kept by then: the sender sends it again all the same. */
    private CompletableFuture<Void> known(Exchange exchange, List<Item> items) {
        return CompletableFuture.allOf(items.stream()
                .map(item -> ownKeys.check(exchange, item.event(), item.appended()))
                .toArray(CompletableFuture<?>[]::new));
    }

    private Duration wait(Exchange exchange, Preferences preferences) {
        if (preferences.waits()) {
            return preferences.waitAtMost(longestWait.of(exchange));
        }
        if (preferences.async()) {
            return Duration.ZERO;
        }
        AnswerSettings settings = exchange.getProperty(EventProperties.ANSWER, AnswerSettings.class);
        if (settings == null || settings.ack() == AckMode.ACCEPTED) {
            return Duration.ZERO;
        }
        Duration longest = longestWait.of(exchange);
        return settings.ackTimeout().compareTo(longest) < 0 ? settings.ackTimeout() : longest;
    }

    private EventResource accepted(Exchange exchange, Item item) {
        String id = statusIds.idOf(item.key());
        return EventResource.accepted(
                id, origin(exchange).name(), item.event(), item.appended().acceptedAt(), eventsPath + id);
    }

    private EventResource resource(Exchange exchange, Item item, Optional<EventState> state) {
        if (state.isEmpty()) {
            return accepted(exchange, item);
        }
        String id = statusIds.idOf(item.key());
        return EventResource.of(
                id,
                origin(exchange).name(),
                item.event(),
                state.get(),
                item.appended().duplicate(),
                eventsPath + id);
    }

    private void respond(Exchange exchange, EventResource resource, Preferences preferences, Duration waited) {
        int status = resource.status();
        Responses.success(exchange, status, resource.toJson());
        var headers = exchange.getMessage().getHeaders();
        headers.put("Location", resource.location());
        if (resource.duplicate()) {
            headers.put(DUPLICATE, "true");
        }
        Responses.applied(exchange, status, preferences, waited);
    }

    private void respondBatch(
            Exchange exchange, List<EventResource> resources, Preferences preferences, Duration waited) {
        boolean processed = resources.stream().allMatch(EventResource::isProcessed);
        boolean duplicates = resources.stream().allMatch(EventResource::duplicate);
        int status = processed ? (duplicates ? 200 : 201) : 202;
        int answered = Responses.batch(exchange, status, resources);
        if (duplicates && answered == status) {
            exchange.getMessage().setHeader(DUPLICATE, "true");
        }
        Responses.applied(exchange, answered, preferences, waited);
    }

    private static EventOrigin origin(Exchange exchange) {
        return exchange.getProperty(EventProperties.ORIGIN, EventOrigin.class);
    }
}
