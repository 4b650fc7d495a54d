package io.bactrian.camel.repair;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.jetstream.NatsService;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.observe.Meters;
import io.bactrian.jetstream.StreamMessages;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.service.ServiceSupport;

/** Guards the streams of a context that has both a journal and a connection to NATS. */
public final class RepairService extends ServiceSupport {

    private final CamelContext context;
    private final ScheduledExecutorService executor;
    private final StreamGuard guard;

    private RepairService(CamelContext context, JournalService journal, NatsService nats) {
        this.context = context;
        BactrianConfig config = BactrianConfig.of(context);
        executor = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "bactrian-repair");
        Duration timeout = config.duration("bactrian.nats.publish-timeout");
        guard = new StreamGuard(
                journal.journal(),
                nats.connection(),
                new StreamMessages(nats.connection(), timeout),
                new MarksFile(Path.of(config.text("bactrian.journal.directory"))),
                Meters.of(context),
                executor,
                checkInterval(config),
                config.integer("bactrian.nats.repair-rate", 1, 1_000_000));
        HealthCheckRegistry health = HealthCheckRegistry.get(context);
        if (health != null) {
            health.register(new StreamsHealthCheck(guard));
        }
    }

    /** Reads {@code bactrian.nats.check-interval}. */
    public static Duration checkInterval(BactrianConfig config) {
        return config.duration("bactrian.nats.check-interval", "100ms", "24h");
    }

    /** Begins when the routes are known that need journal and connection, before any of them consumes. */
    public static void guard(CamelContext context) {
        try {
            context.addStartupListener((StartupListener) (started, already) -> begin(started));
        } catch (Exception e) {
            throw new IllegalStateException("the streams cannot be guarded", e);
        }
    }

    private static void begin(CamelContext context) throws Exception {
        JournalService journal = context.hasService(JournalService.class);
        NatsService nats = context.hasService(NatsService.class);
        if (journal != null && nats != null && context.hasService(RepairService.class) == null) {
            context.addService(new RepairService(context, journal, nats), true, true);
        }
    }

    @Override
    protected void doStart() {
        guard.start();
    }

    @Override
    protected void doStop() {
        context.getExecutorServiceManager().shutdownNow(executor);
        guard.stop();
    }
}
