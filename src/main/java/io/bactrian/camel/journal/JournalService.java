package io.bactrian.camel.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.SubjectTemplate;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalListener;
import io.bactrian.journal.JournalStats;
import io.bactrian.journal.Key;
import io.bactrian.journal.TurnExecutor;
import io.netty.util.concurrent.EventExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The one journal of a Camel context. It is opened by the first step that needs it and closed after all routes: a
 * service of the context, so that stopping a route, which stops its idempotent repository, leaves the journal open.
 */
public final class JournalService extends ServiceSupport {

    /** {@code {name}} and the {@code webhook} label of events that a route accepts without an origin of its own. */
    public static final String DEFAULT_NAME = "camel";

    private static final int COMPLETION_THREADS = 2;

    private final CamelContext context;
    private final Journal journal;
    private final StatusIds statusIds;
    private final EventOrigin defaultOrigin;
    private final ExecutorService completions;
    private final Map<EventExecutor, TurnExecutor> loops = new ConcurrentHashMap<>();

    private JournalService(CamelContext context) {
        this.context = context;
        BactrianConfig config = BactrianConfig.of(context);
        // said here with its key: the route, which uses it, knows only a value
        config.word("bactrian.delivery.order", Set.of("none", "subject", "partitionkey"));
        backoff(config);
        this.defaultOrigin = new EventOrigin(DEFAULT_NAME, subject(config), structured(config));
        JournalKeys.checkDirectory(config);
        try {
            this.journal = Journal.open(configuration(config));
        } catch (JournalException e) {
            throw new ConfigurationException("bactrian.journal.directory: " + e.getMessage(), e);
        }
        this.statusIds = new StatusIds(journal.installationKey());
        // what becomes durable is told here where no event loop waits for it: routes must not run on the flusher
        this.completions =
                context.getExecutorServiceManager().newFixedThreadPool(this, "bactrian-journal", COMPLETION_THREADS);
        meters(journal, config.duration("bactrian.journal.dedupe-window"));
        HealthCheckRegistry health = HealthCheckRegistry.get(context);
        if (health != null) {
            health.register(new JournalHealthCheck(journal));
        }
    }

    /** @return the service of this context; opens the journal on the first call */
    public static JournalService of(CamelContext context) {
        synchronized (context) {
            JournalService found = context.hasService(JournalService.class);
            if (found == null) {
                found = new JournalService(context);
                try {
                    context.addService(found, true, true);
                } catch (Exception e) {
                    found.journal.close();
                    throw new IllegalStateException("the journal could not be added to the Camel context", e);
                }
            }
            return found;
        }
    }

    private static void backoff(BactrianConfig config) {
        Duration max = config.duration("bactrian.delivery.backoff-max", "1ms", "24h");
        config.parse("bactrian.delivery.backoff-initial", text -> {
            Duration initial = Values.duration(text);
            if (initial.isZero()) {
                throw new IllegalArgumentException("expected a duration above 0");
            }
            if (initial.compareTo(max) > 0) {
                throw new IllegalArgumentException("expected at most bactrian.delivery.backoff-max="
                        + config.text("bactrian.delivery.backoff-max"));
            }
            return initial;
        });
    }

    /** @return by what the journal knows an event of this identity */
    public static Key keyOf(EventKey identity) {
        return new Key(identity.high(), identity.low());
    }

    /** Reads {@code bactrian.nats.subject}. */
    public static SubjectTemplate subject(BactrianConfig config) {
        return config.parse("bactrian.nats.subject", SubjectTemplate::parse);
    }

    /** Reads {@code bactrian.nats.mode}. */
    public static boolean structured(BactrianConfig config) {
        return config.word("bactrian.nats.mode", Set.of("binary", "structured")).equals("structured");
    }

    /** Reads {@code bactrian.journal.*}. */
    public static JournalConfig configuration(BactrianConfig config) {
        JournalKeys.checkSizes(config);
        try {
            return new JournalConfig(
                    Path.of(config.text("bactrian.journal.directory")),
                    config.bytes("bactrian.journal.max-size", 1),
                    config.bytes("bactrian.journal.min-free", 0),
                    config.bytes("bactrian.journal.segment-size", 1),
                    config.duration("bactrian.journal.hold"),
                    config.duration("bactrian.journal.dedupe-window"),
                    config.integer("bactrian.journal.dedupe-max-keys", 1, Integer.MAX_VALUE),
                    config.duration("bactrian.journal.dead-retention"),
                    config.flag("bactrian.journal.accept-loss"),
                    config.bytes("bactrian.journal.max-in-flight", 1));
        } catch (IllegalArgumentException e) {
            throw e instanceof ConfigurationException
                    ? e
                    : new ConfigurationException("bactrian.journal: " + e.getMessage(), e);
        }
    }

    private void meters(Journal j, Duration configuredWindow) {
        Meters meters = Meters.of(context);
        j.addListener(new JournalListener() {
            @Override
            public void appended(int events, long nanos) {
                meters.appended(nanos);
            }
        });
        meters.gauge("bactrian.journal.pending", "Accepted and not yet processed", j, x -> x.stats()
                .pending());
        meters.gauge(
                "bactrian.journal.oldest.pending.seconds",
                "Age of the oldest pending event, 0 when there is none",
                j,
                JournalService::oldestSeconds);
        meters.gauge("bactrian.journal.bytes", "Bytes in use on disk", j, x -> x.stats()
                .bytes());
        meters.gauge("bactrian.journal.capacity.bytes", "bactrian.journal.max-size", j, x -> x.stats()
                .capacityBytes());
        meters.gauge("bactrian.journal.corrupt.records", "Damaged records found", j, x -> x.stats()
                .corruptRecords());
        meters.gauge("bactrian.journal.lost.records", "Records given up with --accept-loss", j, x -> x.stats()
                .lostRecords());
        meters.gauge(
                "bactrian.journal.dead", "Dead events kept", j, x -> x.stats().dead());
        meters.gauge("bactrian.journal.in.flight.bytes", "Bytes of appends on their way to the disk", j, x -> x.stats()
                .inFlightBytes());
        meters.gauge("bactrian.dedupe.keys", "Keys remembered against duplicates", j, x -> x.stats()
                .keys());
        meters.gauge(
                "bactrian.dedupe.window.seconds",
                "How long keys are remembered now: bactrian.journal.dedupe-window, or less when there are too many",
                j,
                x -> x.stats().dedupeWindow().toSeconds());
        meters.gauge(
                "bactrian.dedupe.window.configured.seconds",
                "bactrian.journal.dedupe-window",
                configuredWindow,
                window -> window.toSeconds());
        meters.gauge(
                "bactrian.journal.soft.limit",
                "1 when the hold was shortened within the last minute: more than 80 % of max-size was used",
                j,
                x -> x.stats().aboveSoftLimit() ? 1 : 0);
        for (JournalStats.Status status : JournalStats.Status.values()) {
            meters.gauge(
                    "bactrian.journal.state",
                    "1 for the state the journal is in",
                    j,
                    x -> x.stats().status() == status ? 1 : 0,
                    "state",
                    label(status));
        }
    }

    private static String label(JournalStats.Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double oldestSeconds(Journal j) {
        return j.oldestPendingAt()
                .map(oldest -> Math.max(0, (System.currentTimeMillis() - oldest.toEpochMilli()) / 1000.0))
                .orElse(0.0);
    }

    public Journal journal() {
        return journal;
    }

    /** @return runs what follows an append that no event loop waits for */
    public Executor completions() {
        return completions;
    }

    /** @return the executor as the journal is to see it: an event loop takes turns */
    Executor inTurns(Executor executor) {
        return executor instanceof EventExecutor loop ? loops.computeIfAbsent(loop, one -> one::execute) : executor;
    }

    /** @return the ids of event resources */
    public StatusIds statusIds() {
        return statusIds;
    }

    /** @return the origin of events that a route appends without one of its own */
    public EventOrigin defaultOrigin() {
        return defaultOrigin;
    }

    @Override
    protected void doShutdown() {
        journal.close();
        context.getExecutorServiceManager().shutdown(completions);
    }
}
