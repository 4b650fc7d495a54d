package io.bactrian.camel.journal;

import java.util.concurrent.ScheduledExecutorService;

import io.bactrian.camel.Bursts;
import io.bactrian.camel.EventProperties;
import io.bactrian.camel.Reachability;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.Journal;
import io.bactrian.journal.PendingEvent;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits pending events of the journal as exchanges: {@link DeliveryPump} says which and when, {@link Outcomes} what became of
 * each. One thread emits; the answers come on whatever thread completed the exchange.
 */
final class JournalConsumer extends DefaultConsumer implements Suspendable, DeliveryPump.Target {

    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);
    private static final long STOP_MILLIS = 10_000;

    private final int maxAttempts;
    private final EarlierEmission earlier;
    private final DeliveryWindow window;
    private final Lanes lanes;
    private final DeliveryPump pump;
    private final Outcomes outcomes;
    private final Reachability reachability;
    private final Runnable probe;

    JournalConsumer(JournalEndpoint endpoint, Processor processor, JournalService service) {
        super(endpoint, processor);
        Journal journal = service.journal();
        int maxInFlight = endpoint.getMaxInFlight();
        DeliveryPace pace = new DeliveryPace(
                maxInFlight, Values.duration(endpoint.getBackoffInitial()), Values.duration(endpoint.getBackoffMax()));
        this.earlier = new EarlierEmission(journal.recovered(), BactrianConfig.of(endpoint.getCamelContext()));
        this.maxAttempts = endpoint.getMaxAttempts();
        this.window = new DeliveryWindow(pace, Values.bytes(endpoint.getMaxInFlightBytes()));
        this.lanes = new Lanes(journal);
        this.pump = new DeliveryPump(
                journal,
                lanes,
                window,
                endpoint.getOrder(),
                Bursts.of(endpoint.getCamelContext()),
                Math.max(1, maxInFlight * 3 / 4));
        this.reachability = Reachability.of(endpoint.getCamelContext());
        this.probe = pump::probeNow;
        this.outcomes = new Outcomes(
                journal,
                lanes,
                window,
                pump,
                Meters.of(endpoint.getCamelContext()),
                service.completions(),
                service.statusIds(),
                endpoint.getUnknownAttempts());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lanes.open();
        reachability.onReachable(probe);
        pump.start(
                getEndpoint()
                        .getCamelContext()
                        .getExecutorServiceManager()
                        .newSingleThreadScheduledExecutor(this, "bactrian-deliver"),
                this);
    }

    @Override
    protected void doSuspend() {
        pump.suspend();
    }

    @Override
    protected void doResume() {
        pump.resume();
    }

    @Override
    protected void doStop() throws Exception {
        reachability.forget(probe);
        pump.suspend();
        int unanswered = window.awaitEmpty(STOP_MILLIS);
        if (unanswered > 0) {
            LOG.warn("Stopped with unanswered events: count={} (they stay pending)", unanswered);
        }
        ScheduledExecutorService executor = pump.stop();
        if (executor != null) {
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(executor);
            lanes.close();
        }
        super.doStop();
    }

    @Override
    public void emit(Emission emission, EventEnvelope envelope) {
        Exchange exchange = null;
        try {
            exchange = createExchange(false);
            populate(exchange, emission.event(), envelope);
            process(exchange, emission);
        } catch (RuntimeException | Error e) {
            if (exchange != null) {
                // what Camel has queued behind the step that broke must not go on as if that had succeeded
                exchange.setRouteStop(true);
            }
            outcomes.broke(emission, e);
        }
    }

    private void process(Exchange exchange, Emission emission) {
        getAsyncProcessor().process(exchange, doneSync -> {
            if (!emission.isAnswered()) {
                outcomes.settle(exchange, emission);
            }
            releaseExchange(exchange, false);
        });
    }

    @Override
    public void unreadable(Emission emission, String reason) {
        try {
            outcomes.giveUp(emission, "unknown", "unreadable", reason);
        } catch (RuntimeException | Error e) {
            outcomes.broke(emission, e);
        }
    }

    private void populate(Exchange exchange, PendingEvent event, EventEnvelope envelope) {
        exchange.setPattern(ExchangePattern.InOnly);
        exchange.setProperty(EventProperties.PENDING_EVENT, event);
        exchange.setProperty(EventProperties.WEBHOOK, envelope.webhook());
        if (envelope.ownKey()) {
            exchange.setProperty(EventProperties.OWN_KEY, Fingerprint.of(envelope.event()));
        }
        exchange.setProperty(EventProperties.ATTEMPTS, event.attempts());
        earlier.mark(exchange, event);
        // each property is copied with the exchange, for the sake of redelivery: only what says something
        if (!envelope.keptHeaders().isEmpty()) {
            exchange.setProperty(EventProperties.KEPT_HEADERS, envelope.keptHeaders());
        }
        if (maxAttempts > 0 && event.attempts() + 1 >= maxAttempts) {
            exchange.setProperty(EventProperties.LAST_ATTEMPT, true);
        }
        Message message = exchange.getIn();
        message.setBody(envelope.event());
        message.setHeader(EventProperties.SUBJECT, envelope.subject());
        message.setHeader(EventProperties.MODE, envelope.structured() ? "structured" : "binary");
        String messageId = EventKey.of(envelope.event()).messageId(event.epoch());
        message.setHeader(EventProperties.MESSAGE_ID, messageId);
        if (event.epoch() > 0) {
            // also for a route that removes all headers
            exchange.setProperty(EventProperties.REPLAYED_ID, messageId);
        }
    }
}
