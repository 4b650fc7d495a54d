package io.bactrian.camel.observe;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.AsyncHttpEngine;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.http.RequestListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.support.CamelContextHelper;

/**
 * The meters of one Camel context under the names of {@code docs/reference.md}. Every meter of a webhook exists with 0
 * from its start; no label carries a value that a sender chooses. Meters go to the context's {@link MeterRegistry}, or
 * to Micrometer's global one where the application has none.
 */
public final class Meters implements RequestListener {

    private static final String REPUBLISHED = "bactrian.events.republished";
    private static final String RETRIES = "bactrian.publish.retries";

    private final MeterRegistry registry;
    private final Map<String, WebhookMeters> webhooks = new ConcurrentHashMap<>();
    private final Timer append;
    private final Timer publish;
    private final Timer delivery;

    Meters(MeterRegistry registry) {
        this.registry = registry;
        this.append = timer("bactrian.journal.append", "From an append to its fsync", Buckets.quick());
        this.publish = timer("bactrian.publish", "From a publish to its PubAck", Buckets.quick());
        this.delivery = timer(
                "bactrian.delivery",
                "From accepted to processed: from the fsync here to the PubAck, outages included",
                Buckets.patient());
        Reasons.RETRIED.forEach(this::retries);
        Reasons.REPUBLISHED.forEach(this::republications);
    }

    /** @return the meters of this context, made on first use */
    public static Meters of(CamelContext context) {
        synchronized (context) {
            Meters found = context.getRegistry().lookupByNameAndType("bactrianMeters", Meters.class);
            if (found == null) {
                MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
                found = new Meters(registry == null ? Metrics.globalRegistry : registry);
                context.getRegistry().bind("bactrianMeters", found);
                found.gauge("bactrian.requests.in.flight", "Requests in progress", context, c -> engine(c)
                        .map(AsyncHttpEngine::inFlight)
                        .orElse(0));
                found.gauge("bactrian.requests.in.flight.bytes", "Bytes of their bodies", context, c -> engine(c)
                        .map(AsyncHttpEngine::inFlightBytes)
                        .orElse(0L));
                found.gauge("bactrian.http.connections", "Open connections", context, c -> {
                    IntakeServer server = c.hasService(IntakeServer.class);
                    return server == null ? 0 : server.connections();
                });
                found.serverCertificates(context);
            }
            return found;
        }
    }

    /** By its name: an application may have more engines, on other ports. */
    private static Optional<AsyncHttpEngine> engine(CamelContext context) {
        return Optional.ofNullable(context.getRegistry()
                        .lookupByNameAndType(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, Object.class))
                .filter(AsyncHttpEngine.class::isInstance)
                .map(AsyncHttpEngine.class::cast);
    }

    /** Of the public port: what is in force, which a file that cannot be used is not. */
    private void serverCertificates(CamelContext context) {
        BactrianConfig config = BactrianConfig.of(context);
        if (config.find("bactrian.http.tls.cert").isPresent()) {
            expiry("server", context, c -> secondsTo(c, IntakeServer::certificateEnd));
        }
        if (config.find("bactrian.http.tls.client-ca").isPresent()) {
            expiry("client-ca", context, c -> secondsTo(c, IntakeServer::clientCaEnd));
        }
    }

    private static double secondsTo(CamelContext context, Function<IntakeServer, Instant> end) {
        IntakeServer server = context.hasService(IntakeServer.class);
        Instant at = server == null ? null : end.apply(server);
        return at == null ? Double.NaN : Duration.between(Instant.now(), at).toMillis() / 1000.0;
    }

    /** Makes the meters of a webhook, so that they are there with 0 before its first event. */
    public void register(String webhook) {
        webhook(webhook);
    }

    private WebhookMeters webhook(String name) {
        return webhooks.computeIfAbsent(name, n -> new WebhookMeters(registry, n));
    }

    @Override
    public void answered(String webhook, int status, long nanos) {
        WebhookMeters meters = webhook(webhook);
        meters.requests(status).increment();
        meters.request.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void rejected(String webhook, ProblemKind reason) {
        webhook(webhook).rejected(reason.slug()).increment();
    }

    public void accepted(String webhook) {
        webhook(webhook).accepted.increment();
    }

    public void processed(String webhook) {
        webhook(webhook).processed.increment();
    }

    /** An event that was accepted at this time is processed. */
    public void delivered(Instant acceptedAt) {
        // a clock that was set back must not make a negative sample
        delivery.record(Math.max(0, Duration.between(acceptedAt, Instant.now()).toNanos()), TimeUnit.NANOSECONDS);
    }

    public void duplicate(String webhook) {
        webhook(webhook).duplicate.increment();
    }

    /** A duplicate is not the same as the event that is kept. */
    public void duplicateAltered(String webhook) {
        webhook(webhook).altered.increment();
    }

    public void filtered(String webhook) {
        webhook(webhook).filtered.increment();
    }

    /** @param reason one of a fixed set of words */
    public void dead(String webhook, String reason) {
        webhook(webhook).dead(reason).increment();
    }

    public void appended(long nanos) {
        append.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void published(long nanos) {
        publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param reason an error class, one of a fixed set of words */
    public void retried(String reason) {
        retries(reason).increment();
    }

    private Counter retries(String reason) {
        return counter(RETRIES, "Publishes that failed and are tried again", reason);
    }

    /**
     * An event that had its PubAck is published once more.
     *
     * @param reason why, one of a fixed set of words
     */
    public void republished(String reason) {
        republications(reason).increment();
    }

    private Counter republications(String reason) {
        return counter(REPUBLISHED, "Processed events that are published once more", reason);
    }

    /**
     * Shows when the certificates of a PEM file expire.
     *
     * @param use what they are for, such as {@code nats-client}
     */
    public void certificate(String use, Path file) {
        expiry(use, new CertificateExpiry(file), CertificateExpiry::seconds);
    }

    private <T> void expiry(String use, T source, ToDoubleFunction<T> seconds) {
        gauge(
                "bactrian.tls.certificate.expiry.seconds",
                "Until the first certificate of a file expires, negative afterwards",
                source,
                seconds,
                "use",
                use);
    }

    /** Makes a gauge that asks {@code source} whenever it is read; the registry holds it strongly. */
    public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value, String... tags) {
        Gauge.builder(name, source, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private Counter counter(String name, String description, String reason) {
        return Counter.builder(name)
                .description(description)
                .tag("reason", reason)
                .register(registry);
    }

    private Timer timer(String name, String description, Duration[] buckets) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }
}
