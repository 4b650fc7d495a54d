package io.bactrian.camel.observe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.http.RequestListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/**
 * The meters of one Camel context under the names of {@code docs/reference.md}. Every meter of a webhook exists with 0
 * from its start; no label carries a value that a sender chooses. Meters go to the context's {@link MeterRegistry}, or
 * to Micrometer's global one where the application has none.
 */
public final class Meters implements RequestListener {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<String, Webhook> webhooks = new ConcurrentHashMap<>();
    private final Timer append;
    private final Timer publish;

    /** The meters of one webhook. */
    private final class Webhook {
        private final Map<Integer, Counter> requests = new ConcurrentHashMap<>();
        private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
        private final Map<String, Counter> dead = new ConcurrentHashMap<>();
        private final Timer request;
        private final Counter accepted;
        private final Counter processed;
        private final Counter duplicate;

        private Webhook(String name) {
            request =
                    timer("bactrian.request", "From a request's head to its answer", List.of(Tag.of("webhook", name)));
            accepted = counter("bactrian.events.accepted", "Events made durable in the journal", "webhook", name);
            processed = counter("bactrian.events.processed", "Events stored by JetStream", "webhook", name);
            duplicate = counter("bactrian.events.duplicate", "Requests that repeated a known event", "webhook", name);
            requests(name, 202);
            dead(name, "event");
            rejected(name, ProblemKind.UNAUTHORIZED.slug());
        }

        private Counter requests(String name, int status) {
            return requests.computeIfAbsent(
                    status,
                    s -> counter("bactrian.requests", "Posts to intake", "webhook", name, "status", String.valueOf(s)));
        }

        private Counter dead(String name, String reason) {
            return dead.computeIfAbsent(
                    reason,
                    r -> counter(
                            "bactrian.events.dead", "Events given up with a reason", "webhook", name, "reason", r));
        }

        private Counter rejected(String name, String reason) {
            return rejected.computeIfAbsent(
                    reason,
                    r -> counter("bactrian.events.rejected", "Requests answered 4xx", "webhook", name, "reason", r));
        }
    }

    Meters(MeterRegistry registry) {
        this.registry = registry;
        this.append = timer("bactrian.journal.append", "From an append to its fsync", List.of());
        this.publish = timer("bactrian.publish", "From a publish to its PubAck", List.of());
    }

    /** @return the meters of this context, made on first use */
    public static Meters of(CamelContext context) {
        synchronized (context) {
            Meters found = context.getRegistry().lookupByNameAndType("bactrianMeters", Meters.class);
            if (found == null) {
                MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
                found = new Meters(registry == null ? Metrics.globalRegistry : registry);
                context.getRegistry().bind("bactrianMeters", found);
            }
            return found;
        }
    }

    /** Makes the meters of a webhook, so that they are there with 0 before its first event. */
    public void register(String webhook) {
        webhook(webhook);
    }

    private Webhook webhook(String name) {
        return webhooks.computeIfAbsent(name, Webhook::new);
    }

    @Override
    public void answered(String webhook, int status, long nanos) {
        Webhook w = webhook(webhook);
        w.requests(webhook, status).increment();
        w.request.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void rejected(String webhook, ProblemKind reason) {
        webhook(webhook).rejected(webhook, reason.slug()).increment();
    }

    public void accepted(String webhook) {
        webhook(webhook).accepted.increment();
    }

    public void processed(String webhook) {
        webhook(webhook).processed.increment();
    }

    public void duplicate(String webhook) {
        webhook(webhook).duplicate.increment();
    }

    /** @param reason one of a fixed set of words */
    public void dead(String webhook, String reason) {
        webhook(webhook).dead(webhook, reason).increment();
    }

    public void appended(long nanos) {
        append.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void published(long nanos) {
        publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param reason an error class, one of a fixed set of words */
    public void retried(String reason) {
        counter("bactrian.publish.retries", "Publishes that failed and are tried again", "reason", reason)
                .increment();
    }

    /** Makes a gauge that asks {@code source} whenever it is read; the registry holds it strongly. */
    public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value, String... tags) {
        Gauge.builder(name, source, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private Timer timer(String name, String description, List<Tag> tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
