package io.bactrian.camel.journal;

import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.observe.Meters;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Published;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes down what became of an emitted event, and decides what waits for it. A PubAck on the exchange makes it processed, a
 * dead-letter step has made it dead, an exception leaves it pending. An exchange that ends with none of these is made dead too,
 * since a route that quietly drops an event must not lose it.
 *
 * <p>A failure of NATS holds up everything behind one probe. A failure of one subject, an error nobody knows, or a step that
 * throws holds up its lane.
 */
final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);
    private static final String NO_WEBHOOK = "unknown";

    private final Journal journal;
    private final Lanes lanes;
    private final DeliveryWindow window;
    private final DeliveryPump pump;
    private final Meters meters;
    private final Executor completions;
    private final StatusIds statusIds;
    private final int unknownAttempts;

    Outcomes(
            Journal journal,
            Lanes lanes,
            DeliveryWindow window,
            DeliveryPump pump,
            Meters meters,
            Executor completions,
            StatusIds statusIds,
            int unknownAttempts) {
        this.journal = journal;
        this.lanes = lanes;
        this.window = window;
        this.pump = pump;
        this.meters = meters;
        this.completions = completions;
        this.statusIds = statusIds;
        this.unknownAttempts = unknownAttempts;
    }

    /** Called by whatever thread completed the exchange. Never throws. */
    void settle(Exchange exchange, Emission emission) {
        try {
            decide(exchange, emission);
        } catch (RuntimeException | Error e) {
            broke(emission, e);
        }
    }

    private void decide(Exchange exchange, Emission emission) {
        Long sequence = exchange.getMessage().getHeader(EventProperties.SEQUENCE, Long.class);
        if (is(exchange, EventProperties.DEAD)) {
            // whatever came of its dead letter: the sequence may be that of it, and the exception too
            dead(exchange, emission);
        } else if (exchange.getException() != null) {
            failed(exchange, emission);
        } else if (sequence != null) {
            String stream = exchange.getMessage().getHeader(EventProperties.STREAM, String.class);
            boolean duplicate = Boolean.TRUE.equals(exchange.getMessage().getHeader(EventProperties.DUPLICATE));
            meters.processed(webhook(exchange));
            if (emission.event().epoch() == 0) {
                // a replay says nothing about how long delivery takes
                meters.delivered(emission.event().acceptedAt());
            }
            journal.processed(
                    emission.event(),
                    new Published(
                            stream,
                            sequence,
                            duplicate,
                            Instant.now(),
                            exchange.getProperty(EventProperties.OWN_KEY, 0L, Long.class)));
            if (LOG.isTraceEnabled()) {
                about(LOG.atTrace(), emission)
                        .addKeyValue("stream", stream)
                        .addKeyValue("sequence", sequence)
                        .log("Event is processed");
            }
            finished(emission);
        } else {
            giveUp(
                    emission,
                    webhook(exchange),
                    "not-published",
                    "the deliver route ended without a PubAck and without an error");
        }
    }

    private void dead(Exchange exchange, Emission emission) {
        if (exchange.getException() != null) {
            about(LOG.atWarn(), emission)
                    .log(
                            "A step behind the dead-letter step failed: {}",
                            Failures.of(exchange).message());
        }
        finished(emission);
    }

    /** Makes an event dead that no dead-letter step has made so. */
    void giveUp(Emission emission, String webhook, String reason, String message) {
        Failure failure = new Failure(reason, message, Instant.now());
        journal.dead(emission.event(), failure, completions).whenComplete((done, error) -> {
            try {
                gaveUp(emission, webhook, failure, error);
            } catch (RuntimeException | Error e) {
                broke(emission, e);
            }
        });
    }

    private void gaveUp(Emission emission, String webhook, Failure failure, Throwable error) {
        if (error == null) {
            meters.dead(webhook, failure.errorClass());
            about(LOG.atWarn(), emission)
                    .addKeyValue("webhook", webhook)
                    .addKeyValue("reason", failure.errorClass())
                    .log("Event is dead: {}", failure.message());
            finished(emission);
        } else if (journal.isInFlight(emission.event())) {
            everythingFailed(emission, failure, false);
        } else {
            // an operator was quicker, which says nothing about NATS
            pump.done(emission, lanes.finished(emission.lane()));
        }
    }

    /** Something went wrong that nobody knows of: the event, if it is still on its way, goes again like after an outage. */
    void broke(Emission emission, Throwable problem) {
        boolean begins = window.failed(emission.probe(), false);
        try {
            lanes.giveBack(emission.lane(), emission.event());
        } catch (RuntimeException | Error e) {
            problem.addSuppressed(e);
        } finally {
            pump.again(emission, false);
        }
        about(begins ? LOG.atError() : LOG.atDebug(), emission)
                .setCause(problem)
                .log("Delivery of an event broke off");
    }

    private void finished(Emission emission) {
        if (window.succeeded()) {
            LOG.info("Delivery goes on: pending={}", journal.stats().pending());
        }
        pump.done(emission, lanes.finished(emission.lane()));
    }

    private void failed(Exchange exchange, Emission emission) {
        Failure failure = Failures.of(exchange);
        meters.retried(failure.errorClass());
        PendingEvent event = emission.event();
        if (LOG.isDebugEnabled()) {
            about(LOG.atDebug(), emission)
                    .addKeyValue("class", failure.errorClass())
                    .addKeyValue("attempts", event.attempts() + 1)
                    .log("Event is not delivered: {}", failure.message());
        }
        if (!Failures.isOfPublish(exchange)) {
            failedBeside(exchange, emission, failure);
        } else if (is(exchange, EventProperties.FAILURE_OF_WINDOW)) {
            lanes.giveBack(emission.lane(), event);
            windowWasFull(emission);
        } else if (is(exchange, EventProperties.FAILURE_OF_SUBJECT)) {
            String subject = exchange.getIn().getHeader(EventProperties.SUBJECT, "", String.class);
            failedAlone(emission, DeliveryOrder.ofSubject(subject), subject, failure, true);
        } else if (is(exchange, EventProperties.FAILURE_IS_UNKNOWN)) {
            if (lanes.failures(emission.lane(), failure) + 1 >= unknownAttempts) {
                giveUp(emission, webhook(exchange), failure.errorClass(), failure.message());
            } else {
                failedAlone(emission, event.key(), null, failure, true);
            }
        } else {
            everythingFailed(emission, failure, is(exchange, EventProperties.FAILURE_OF_CONGESTION));
        }
    }

    /** It was no publish that failed: a step of the route, which says nothing about other events, or what all of them need. */
    private void failedBeside(Exchange exchange, Emission emission, Failure failure) {
        if (exchange.getException(JournalException.class) == null
                && exchange.getException(RejectedExecutionException.class) == null) {
            failedAlone(emission, emission.event().key(), null, failure, false);
        } else {
            everythingFailed(emission, failure, false);
        }
    }

    /** Other publishes than ours fill the publisher's window; nothing was sent, and NATS may be well. */
    private void windowWasFull(Emission emission) {
        window.congested();
        if (window.inFlight() > 1) {
            pump.again(emission, false);
        } else {
            // nothing that would wake the pump is on its way
            pump.later(emission, window.pauseAfter(0));
        }
    }

    /**
     * @param key of the lane to make when it has none
     * @param subject that fails, or null when nothing is known but the event
     * @param answered whether NATS has answered
     */
    private void failedAlone(Emission emission, Object key, String subject, Failure failure, boolean answered) {
        PendingEvent event = emission.event();
        long pause = window.pauseAfter(event.attempts());
        boolean begins = emission.lane() == null || !emission.lane().failing;
        Lanes.Retry retry = lanes.failedAlone(
                emission.lane(), key, event, failure, Instant.now().plusNanos(pause));
        if (retry == Lanes.Retry.REFUSED) {
            everythingFailed(emission, failure, false);
            return;
        }
        if (answered) {
            window.succeeded(); // others may go on
        }
        if (retry == Lanes.Retry.FIRST) {
            Lane lane = lanes.find(emission.lane(), key);
            if (begins) {
                about(LOG.atError(), emission)
                        .addKeyValue("subject", subject)
                        .addKeyValue("class", failure.errorClass())
                        .log(
                                subject == null ? "An event waits: {}" : "Events of a subject wait: {}",
                                failure.message());
            }
            pump.later(
                    () -> {
                        lanes.resume(lane);
                        pump.wake();
                    },
                    pause);
        }
        pump.again(emission, true);
    }

    private void everythingFailed(Emission emission, Failure failure, boolean congested) {
        boolean begins = window.failed(emission.probe(), congested);
        lanes.failed(emission.lane(), emission.event(), failure, Instant.now().plusNanos(window.pause()));
        if (begins) {
            about(LOG.atError(), emission)
                    .addKeyValue("class", failure.errorClass())
                    .log("Delivery is interrupted, events stay pending: {}", failure.message());
        }
        pump.again(emission, false);
    }

    /** A line about an event, whose id leads to its resource. */
    private LoggingEventBuilder about(LoggingEventBuilder line, Emission emission) {
        return line.addKeyValue("event", statusIds.idOf(emission.event().key()));
    }

    private static String webhook(Exchange exchange) {
        return exchange.getProperty(EventProperties.WEBHOOK) instanceof String name ? name : NO_WEBHOOK;
    }

    private static boolean is(Exchange exchange, String property) {
        return Boolean.TRUE.equals(exchange.getProperty(property));
    }
}
