package io.bactrian.camel;

import java.util.List;
import java.util.function.Supplier;

import io.bactrian.camel.cloudevents.CloudEventConverters;
import io.bactrian.camel.config.DefaultsSource;
import io.bactrian.camel.intake.IntakeBeans;
import io.bactrian.camel.intake.OwnIntake;
import io.bactrian.camel.journal.JournalRepository;
import io.bactrian.camel.journal.StillPending;
import io.bactrian.camel.repair.RepairService;
import io.bactrian.camel.webhook.EventsAccess;
import io.bactrian.camel.webhook.VerifyEvents;
import io.bactrian.camel.webhook.WebhookNaming;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategy;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Makes Bactrian's parts known in every Camel context that has the jar: the webhook template's naming, the idempotent
 * repository {@code journal}, and the steps of the shipped routes. Nothing is opened until a route uses it, and a name
 * that the application has bound itself is left alone.
 */
public final class BactrianPlugin implements ContextServicePlugin {

    /** What {@code bactrian.nats.max-in-flight} may be, at most. */
    private static final int MOST_IN_FLIGHT = 65_536;

    @Override
    public void load(CamelContext context) {
        StepFailedException.prepare();
        DefaultsSource.addTo(context);
        CloudEventConverters.addTo(context);
        // a whole window fails in one moment, and each event of it waits for its redelivery; Camel's own pool takes
        // 1000
        context.getExecutorServiceManager()
                .registerThreadPoolProfile(new ThreadPoolProfileBuilder("bactrian-redelivery")
                        .poolSize(1)
                        .maxPoolSize(1)
                        .maxQueueSize(MOST_IN_FLIGHT)
                        .build());
        // a context under construction has no model yet, and routes may be added before it starts
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextInitializing(CamelContext initializing) {
                Model model = initializing.getCamelContextExtension().getContextPlugin(Model.class);
                for (ModelLifecycleStrategy strategy :
                        List.of(new WebhookNaming(initializing), new OwnIntake(initializing))) {
                    model.getRouteDefinitions().forEach(strategy::onAddRouteDefinition);
                    model.addModelLifecycleStrategy(strategy);
                }
            }
        });
        RepairService.guard(context);
        JournalRepository repository = new JournalRepository();
        repository.setCamelContext(context);
        bind(context, "journal", repository);
        IntakeBeans.bind(context);
        context.getRegistry()
                .bind("bactrianVerifyEvents", Processor.class, (Supplier<Object>) () -> VerifyEvents.of(context));
        context.getRegistry()
                .bind("bactrianStillPending", Processor.class, (Supplier<Object>) () -> StillPending.of(context));
        context.getRegistry()
                .bind("bactrianHandshake", Processor.class, (Supplier<Object>) () -> EventsAccess.handshake(context));
        context.getRegistry()
                .bind("bactrianAdmit", Processor.class, (Supplier<Object>) () -> EventsAccess.admit(context));
    }

    private static void bind(CamelContext context, String name, Object bean) {
        if (context.getRegistry().lookupByName(name) == null) {
            context.getRegistry().bind(name, bean);
        }
    }
}
