package io.bactrian.camel.observe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.bactrian.camel.http.ProblemKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The meters of one webhook. All of them are there with 0 from the start: a rate needs a value before the first event. */
final class WebhookMeters {

    private static final List<Integer> SUCCESSES = List.of(200, 201, 202, 204, 207);

    final Timer request;
    final Counter accepted;
    final Counter processed;
    final Counter duplicate;
    final Counter altered;
    final Counter filtered;

    private final Map<Integer, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
    private final Map<String, Counter> dead = new ConcurrentHashMap<>();
    private final MeterRegistry registry;
    private final String webhook;

    WebhookMeters(MeterRegistry registry, String webhook) {
        this.registry = registry;
        this.webhook = webhook;
        request = Timer.builder("bactrian.request")
                .description("From a request's head to its answer")
                .tag("webhook", webhook)
                .serviceLevelObjectives(Buckets.quick())
                .register(registry);
        accepted = counter("bactrian.events.accepted", "Events made durable in the journal");
        processed = counter("bactrian.events.processed", "Events stored by JetStream");
        duplicate = counter("bactrian.events.duplicate", "Events that were known already");
        altered = counter(
                "bactrian.duplicates.altered",
                "Duplicates with another type or other data than the event that is kept");
        filtered = counter("bactrian.events.filtered", "Events that a webhook does not want, which are not kept");
        statuses().forEach(this::requests);
        Stream.of(ProblemKind.values())
                .filter(kind -> kind.status() / 100 == 4)
                .map(ProblemKind::slug)
                .forEach(this::rejected);
        Reasons.DEAD.forEach(this::dead);
    }

    private static Set<Integer> statuses() {
        Set<Integer> all = new TreeSet<>(SUCCESSES);
        for (ProblemKind kind : ProblemKind.values()) {
            all.add(kind.status());
        }
        return all;
    }

    Counter requests(int status) {
        return tagged(
                requests, "bactrian.requests", "Posts to intake, by the status of their answer", "status", status);
    }

    Counter rejected(String reason) {
        return tagged(rejected, "bactrian.events.rejected", "Requests to intake answered 4xx", "reason", reason);
    }

    Counter dead(String reason) {
        return tagged(dead, "bactrian.events.dead", "Events given up with a reason", "reason", reason);
    }

    private <T> Counter tagged(Map<T, Counter> known, String name, String what, String label, T value) {
        return known.computeIfAbsent(value, v -> counter(name, what, label, v.toString()));
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name)
                .description(description)
                .tag("webhook", webhook)
                .tags(tags)
                .register(registry);
    }
}
