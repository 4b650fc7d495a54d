package io.bactrian.camel.journal;

import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Published;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Emits pending events of the journal in order, a window at a time, and writes down what became of each: a PubAck on
 * the exchange makes it processed, a dead-letter step has made it dead, an exception leaves it pending. An exchange
 * that ends with none of these is made dead too, since a route that quietly drops an event must not lose it.
 *
 * <p>A failure of NATS holds up everything behind one probe. A failure of one subject holds up that subject: its first
 * event is tried again by itself, the others are deferred in the journal. An error nobody knows holds up its event.
 *
 * <p>One thread emits; the answers come on whatever thread completed the exchange.
 */
final class JournalConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);
    private static final long STOP_MILLIS = 10_000;

    private final Journal journal;
    private final Executor completions;
    private final StatusIds statusIds;
    private final Meters meters;
    private final EarlierEmission earlier;
    private final int maxAttempts;
    private final int unknownAttempts;
    private final int refillAt;
    private final Object monitor = new Object();
    private final DeliveryPace pace;
    private final HeldEvents held = new HeldEvents();
    private final AtomicBoolean pumpScheduled = new AtomicBoolean();
    private volatile ScheduledExecutorService pump;
    private int inFlight;
    private volatile boolean emitting;

    JournalConsumer(JournalEndpoint endpoint, Processor processor, JournalService service) {
        super(endpoint, processor);
        this.journal = service.journal();
        this.completions = service.completions();
        this.statusIds = service.statusIds();
        this.meters = Meters.of(endpoint.getCamelContext());
        this.earlier =
                new EarlierEmission(service.journal().recovered(), BactrianConfig.of(endpoint.getCamelContext()));
        this.maxAttempts = endpoint.getMaxAttempts();
        this.unknownAttempts = endpoint.getUnknownAttempts();
        this.refillAt = Math.max(1, endpoint.getMaxInFlight() * 3 / 4);
        this.pace = new DeliveryPace(
                endpoint.getMaxInFlight(),
                Values.duration(endpoint.getBackoffInitial()),
                Values.duration(endpoint.getBackoffMax()),
                ThreadLocalRandom.current());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        pump = getEndpoint()
                .getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "bactrian-deliver");
        emitting = true;
        journal.onAvailable(this::wake);
        wake();
    }

    @Override
    protected void doSuspend() {
        emitting = false;
    }

    @Override
    protected void doResume() {
        emitting = true;
        wake();
    }

    @Override
    protected void doStop() throws Exception {
        emitting = false;
        if (pump != null) {
            awaitAnswers();
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(pump);
            pump = null;
            synchronized (monitor) {
                held.clear().forEach(journal::release);
            }
            journal.resumeDeferred();
        }
        super.doStop();
    }

    /** What is not answered in time stays pending and is delivered after the next start. */
    private void awaitAnswers() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        synchronized (monitor) {
            for (long left = STOP_MILLIS; inFlight > 0 && left > 0; ) {
                monitor.wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
            if (inFlight > 0) {
                LOG.warn("Stopped with unanswered events: count={} (they stay pending)", inFlight);
            }
        }
    }

    private void wake() {
        if (emitting && pumpScheduled.compareAndSet(false, true)) {
            schedule(0);
        }
    }

    private void schedule(long delayNanos) {
        submit(this::pump, delayNanos);
    }

    /** @return false when the consumer is stopping */
    private boolean submit(Runnable task, long delayNanos) {
        ScheduledExecutorService executor = pump;
        try {
            if (executor != null) {
                var unused = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
                return true;
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("Not emitting any more: stopping");
        }
        return false;
    }

    private void pump() {
        pumpScheduled.set(false);
        try {
            while (emitting && emitNext()) {
                // until the window is full, the journal is empty or an outage began
            }
        } catch (RuntimeException e) {
            LOG.error("Reading pending events failed, trying again in a second", e);
            schedule(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private boolean emitNext() {
        boolean probe;
        synchronized (monitor) {
            if (pace.room(inFlight, System.nanoTime()) < 1) {
                return false;
            }
            inFlight++;
            probe = pace.isCollapsed();
        }
        PendingEvent event = null;
        try {
            event = journal.next();
        } finally {
            if (event == null) {
                answered();
            }
        }
        if (event == null) {
            return false;
        }
        return emit(event, probe) || !probe;
    }

    private void emitAgain(PendingEvent event) {
        if (!emitting) {
            tryAgainLater(event, TimeUnit.SECONDS.toNanos(1));
            return;
        }
        synchronized (monitor) {
            inFlight++;
        }
        emit(event, false);
    }

    /** @return whether the event was passed over, so that there is still room for another */
    private boolean emit(PendingEvent event, boolean probe) {
        Exchange exchange = createExchange(false);
        try {
            populate(exchange, event);
        } catch (RuntimeException e) {
            // the bytes are as they were written, so a reader of another version wrote them
            giveUp(exchange, event, "unreadable", e.getMessage());
            return false;
        }
        synchronized (monitor) {
            // under the same lock as the end of a block, or the event would be deferred for ever
            if (held.waitsBehind(subject(exchange), event)) {
                journal.defer(event);
                answered();
                releaseExchange(exchange, false);
                return true;
            }
        }
        getAsyncProcessor().process(exchange, doneSync -> {
            try {
                settle(exchange, event, probe);
            } finally {
                releaseExchange(exchange, false);
            }
        });
        return false;
    }

    private static String subject(Exchange exchange) {
        return exchange.getIn().getHeader(EventProperties.SUBJECT, "", String.class);
    }

    private void populate(Exchange exchange, PendingEvent event) {
        EventEnvelope envelope = EventEnvelope.decode(event.payload());
        exchange.setPattern(ExchangePattern.InOnly);
        exchange.setProperty(EventProperties.PENDING_EVENT, event);
        exchange.setProperty(EventProperties.WEBHOOK, envelope.webhook());
        exchange.setProperty(EventProperties.KEPT_HEADERS, envelope.keptHeaders());
        if (envelope.ownKey()) {
            exchange.setProperty(EventProperties.OWN_KEY, Fingerprint.of(envelope.event()));
        }
        exchange.setProperty(EventProperties.ATTEMPTS, event.attempts());
        earlier.mark(exchange, event);
        exchange.setProperty(EventProperties.LAST_ATTEMPT, maxAttempts > 0 && event.attempts() + 1 >= maxAttempts);
        Message message = exchange.getIn();
        message.setBody(envelope.event());
        message.setHeader(EventProperties.SUBJECT, envelope.subject());
        message.setHeader(EventProperties.MODE, envelope.structured() ? "structured" : "binary");
        message.setHeader(
                EventProperties.MESSAGE_ID,
                EventKey.of(envelope.event().source(), envelope.event().id()).messageId(event.epoch()));
    }

    private void settle(Exchange exchange, PendingEvent event, boolean probe) {
        Exception failure = exchange.getException();
        if (failure != null) {
            failed(exchange, event, probe);
            return;
        }
        Long sequence = exchange.getMessage().getHeader(EventProperties.SEQUENCE, Long.class);
        if (sequence != null) {
            String stream = exchange.getMessage().getHeader(EventProperties.STREAM, String.class);
            boolean duplicate = Boolean.TRUE.equals(exchange.getMessage().getHeader(EventProperties.DUPLICATE));
            meters.processed(exchange.getProperty(EventProperties.WEBHOOK, String.class));
            if (event.epoch() == 0) {
                meters.delivered(event.acceptedAt()); // a replay says nothing about how long delivery takes
            }
            journal.processed(
                    event,
                    new Published(
                            stream,
                            sequence,
                            duplicate,
                            Instant.now(),
                            exchange.getProperty(EventProperties.OWN_KEY, 0L, Long.class)));
            if (LOG.isTraceEnabled()) {
                about(LOG.atTrace(), event)
                        .addKeyValue("stream", stream)
                        .addKeyValue("sequence", sequence)
                        .log("Event is processed");
            }
            succeeded(event);
        } else if (is(exchange, EventProperties.DEAD)) {
            succeeded(event);
        } else {
            giveUp(exchange, event, "not-published", "the deliver route ended without a PubAck and without an error");
        }
    }

    private void giveUp(Exchange exchange, PendingEvent event, String reason, String message) {
        journal.dead(event, new Failure(reason, message, Instant.now()), completions)
                .whenComplete((done, error) -> {
                    if (error == null) {
                        String webhook = exchange.getProperty(EventProperties.WEBHOOK, "unknown", String.class);
                        meters.dead(webhook, reason);
                        about(LOG.atWarn(), event)
                                .addKeyValue("webhook", webhook)
                                .addKeyValue("reason", reason)
                                .log("Event is dead: {}", message);
                        succeeded(event);
                    } else {
                        exchange.setException(error);
                        everythingFailed(exchange, event, true, Failures.of(exchange));
                    }
                });
    }

    /** A line about an event, whose id leads to its resource. */
    private LoggingEventBuilder about(LoggingEventBuilder line, PendingEvent event) {
        return line.addKeyValue("event", statusIds.idOf(event.key()));
    }

    private static boolean is(Exchange exchange, String property) {
        return Boolean.TRUE.equals(exchange.getProperty(property));
    }

    private void failed(Exchange exchange, PendingEvent event, boolean probe) {
        Failure failure = Failures.of(exchange);
        meters.retried(failure.errorClass());
        if (LOG.isDebugEnabled()) {
            about(LOG.atDebug(), event)
                    .addKeyValue("class", failure.errorClass())
                    .addKeyValue("attempts", event.attempts() + 1)
                    .log("Event is not delivered: {}", failure.message());
        }
        if (is(exchange, EventProperties.FAILURE_OF_SUBJECT)) {
            subjectFailed(exchange, event, probe, failure);
        } else if (is(exchange, EventProperties.FAILURE_IS_UNKNOWN)) {
            unknownFailed(exchange, event, probe, failure);
        } else {
            everythingFailed(exchange, event, probe, failure);
        }
    }

    private void subjectFailed(Exchange exchange, PendingEvent event, boolean probe, Failure failure) {
        String subject = subject(exchange);
        boolean waits;
        boolean stands;
        boolean begins;
        synchronized (monitor) {
            waits = held.waitsBehind(subject, event);
            begins = !waits && !held.isBlocked(subject);
            stands = !waits && held.block(subject, event);
            if (waits || stands) {
                pace.succeeded(); // NATS has answered: others may go on
            }
        }
        if (waits) {
            journal.failed(event, failure, null); // the pump defers it
            answered();
            wake();
        } else if (stands) {
            if (begins) {
                about(LOG.atError(), event)
                        .addKeyValue("subject", subject)
                        .addKeyValue("class", failure.errorClass())
                        .log("Events of a subject wait: {}", failure.message());
            }
            holdAndTryAgain(event, failure);
        } else {
            everythingFailed(exchange, event, probe, failure);
        }
    }

    private void unknownFailed(Exchange exchange, PendingEvent event, boolean probe, Failure failure) {
        if (event.attempts() + 1 >= unknownAttempts) {
            giveUp(exchange, event, failure.errorClass(), failure.message());
            return;
        }
        boolean holds;
        synchronized (monitor) {
            holds = held.hold(event);
            if (holds) {
                pace.succeeded();
            }
        }
        if (holds) {
            holdAndTryAgain(event, failure);
        } else {
            everythingFailed(exchange, event, probe, failure);
        }
    }

    private void holdAndTryAgain(PendingEvent event, Failure failure) {
        long pause;
        synchronized (monitor) {
            pause = pace.pauseAfter(event.attempts());
        }
        journal.retrying(event, failure, Instant.now().plusNanos(pause));
        answered();
        tryAgainLater(event, pause);
        wake();
    }

    private void tryAgainLater(PendingEvent event, long pauseNanos) {
        if (!submit(() -> emitAgain(event), pauseNanos)) {
            synchronized (monitor) {
                held.release(event);
            }
            journal.release(event);
        }
    }

    private void everythingFailed(Exchange exchange, PendingEvent event, boolean probe, Failure failure) {
        long pause;
        boolean begins;
        boolean othersWaited;
        synchronized (monitor) {
            begins = !pace.isCollapsed();
            pause = pace.failed(probe, is(exchange, EventProperties.FAILURE_OF_CONGESTION), System.nanoTime());
            othersWaited = held.release(event);
        }
        journal.failed(event, failure, Instant.now().plusNanos(pause));
        if (othersWaited) {
            journal.resumeDeferred();
        }
        if (begins) {
            about(LOG.atError(), event)
                    .addKeyValue("class", failure.errorClass())
                    .log("Delivery is interrupted, events stay pending: {}", failure.message());
        }
        if (answered() == 0) {
            schedule(pause); // a probe goes out alone
        }
    }

    private void succeeded(PendingEvent event) {
        boolean ends;
        boolean othersWaited;
        synchronized (monitor) {
            ends = pace.isCollapsed();
            pace.succeeded();
            othersWaited = held.release(event);
        }
        if (othersWaited) {
            LOG.info("Events of a subject go on");
            journal.resumeDeferred();
        }
        if (ends) {
            LOG.info("Delivery goes on: pending={}", journal.stats().pending());
        }
        if (answered() <= refillAt || othersWaited) {
            wake();
        }
    }

    private int answered() {
        synchronized (monitor) {
            inFlight--;
            if (inFlight == 0) {
                monitor.notifyAll();
            }
            return inFlight;
        }
    }
}
