package io.bactrian.camel.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.random.RandomGenerator;

import io.bactrian.camel.Bursts;
import io.bactrian.camel.EventProperties;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.testing.Conditions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class OutcomesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(1);
    private final Emissions emitted = new Emissions();
    /** What part of the longest pause comes next; none when nothing is said. */
    private final Deque<Double> pauses = new ConcurrentLinkedDeque<>();

    private final DeliveryWindow window = new DeliveryWindow(
            new DeliveryPace(2, Duration.ofMillis(300), Duration.ofMillis(300), new RandomGenerator() {
                @Override
                public long nextLong() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public long nextLong(long bound) {
                    Double part = pauses.poll();
                    return part == null ? 0 : (long) (part * (bound - 1));
                }
            }),
            1 << 20);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private Journal journal;
    private DeliveryPump pump;
    private Outcomes outcomes;

    @BeforeEach
    void start() throws Exception {
        journal = Journal.open(JournalConfig.defaults(directory.resolve("journal")));
        Lanes lanes = new Lanes(journal);
        pump = new DeliveryPump(journal, lanes, window, DeliveryOrder.NONE, Bursts.of(context), 1);
        context.getRegistry().bind("meters", registry);
        outcomes = new Outcomes(
                journal,
                lanes,
                window,
                pump,
                Meters.of(context),
                Runnable::run,
                new StatusIds(journal.installationKey()),
                10);
        pump.start(thread, emitted);
        append(1);
    }

    private void append(int number) throws InvalidCloudEventException {
        CloudEvent event = CloudEvent.builder()
                .id(String.valueOf(number))
                .source("/test")
                .type("t")
                .build();
        byte[] payload = new EventEnvelope("test", "events.test", false, List.of(), false, event).encode();
        journal.append(new Key(1, number), payload, Runnable::run).join();
    }

    /** An exchange that a publish failed, in one way or another. */
    private Exchange notPublished(String errorClass, String property) {
        Exchange exchange = failed();
        exchange.setProperty(EventProperties.FAILURE_CLASS, errorClass);
        exchange.setProperty(EventProperties.PUBLISH_FAILURE, exchange.getException());
        if (property != null) {
            exchange.setProperty(property, true);
        }
        return exchange;
    }

    private Exchange failed() {
        Exchange exchange = new DefaultExchange(context);
        exchange.setException(new IllegalStateException("no luck"));
        return exchange;
    }

    private Exchange published(long sequence) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(EventProperties.STREAM, "EVENTS");
        exchange.getMessage().setHeader(EventProperties.SEQUENCE, sequence);
        return exchange;
    }

    @AfterEach
    void stop() {
        pump.stop();
        thread.shutdownNow();
        journal.close();
    }

    /** An exchange whose PubAck nobody can read. */
    private Exchange broken(Throwable problem) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setIn(new DefaultMessage(context) {
            @Override
            public <T> T getHeader(String name, Class<T> type) {
                if (problem instanceof Error e) {
                    throw e;
                }
                throw (RuntimeException) problem;
            }
        });
        return exchange;
    }

    @Test
    void whatever_breaks_the_place_is_free_again_and_the_event_comes_again() throws Exception {
        for (Throwable problem :
                new Throwable[] {new RejectedExecutionException("full"), new StackOverflowError("deep")}) {
            // Given
            Emission emission = emitted.next();
            assertThat(window.inFlight()).isEqualTo(1);

            // When
            outcomes.settle(broken(problem), emission);

            // Then
            Emission again = emitted.next();
            assertThat(again.event().key()).isEqualTo(emission.event().key());
            assertThat(window.inFlight()).isEqualTo(1);
            assertThat(window.bytes()).isEqualTo(again.bytes());
            emitted.emit(again, null);
        }
    }

    @Test
    void what_an_operator_discarded_is_no_outage() throws Exception {
        // Given
        Emission emission = emitted.next();
        journal.discard(emission.event().key(), "test", Runnable::run).join();

        // When
        outcomes.giveUp(emission, "test", "event", "too large");

        // Then
        Conditions.await(PATIENCE, "the place is free", () -> window.inFlight() == 0);
        assertThat(window.isCollapsed()).isFalse();
        assertThat(registry.find("bactrian.events.dead").counters())
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
    }

    @Test
    void an_event_whose_route_throws_holds_up_no_other_and_is_never_dead() throws Exception {
        // Given
        int tries = 0;
        outcomes.settle(failed(), emitted.next());
        append(2);

        // When
        Emission emission = emitted.next();
        while (emission.event().key().low() == 1 && tries++ < 20) {
            outcomes.settle(failed(), emission);
            emission = emitted.next();
        }

        // Then
        assertThat(emission.event().key()).isEqualTo(new Key(1, 2));
        assertThat(window.isCollapsed()).isFalse();
        outcomes.settle(published(1), emission);
        for (int i = 0; i < 20; i++) {
            emission = emitted.next();
            assertThat(emission.event().key()).isEqualTo(new Key(1, 1));
            outcomes.settle(failed(), emission);
        }
        outcomes.settle(published(2), emitted.next());
        assertThat(journal.stats().pending()).isZero();
        assertThat(journal.stats().dead()).isZero();
    }

    @Test
    void a_publish_that_failed_and_was_tried_again_is_not_why_a_later_step_fails() throws Exception {
        // Given
        Emission emission = emitted.next();
        Exchange exchange = notPublished("transport", EventProperties.FAILURE_OF_CONGESTION);
        exchange.setException(new IllegalStateException("a later step"));

        // When
        outcomes.settle(exchange, emission);

        // Then
        assertThat(window.isCollapsed()).isFalse();
        assertThat(emitted.next().event().lastError().errorClass()).isEqualTo("route");
    }

    @Test
    void whatever_becomes_of_a_dead_letter_is_no_outage() throws Exception {
        // Given
        Emission emission = emitted.next();
        journal.dead(emission.event(), new Failure("event", "too large", Instant.now()), Runnable::run)
                .join();
        Exchange exchange = failed();
        exchange.setProperty(EventProperties.DEAD, true);

        // When
        outcomes.settle(exchange, emission);

        // Then
        assertThat(window.isCollapsed()).isFalse();
        assertThat(window.inFlight()).isZero();
        assertThat(journal.stats().dead()).isEqualTo(1);
    }

    @Test
    void a_wake_up_that_comes_before_the_pause_of_an_outage_is_over_is_not_the_last() throws Exception {
        // Given
        append(2);
        Emission first = emitted.next();
        Emission second = emitted.next();
        pauses.add(1.0);

        // When: the second wakes after no pause at all
        outcomes.settle(notPublished("transport", null), first);
        outcomes.settle(notPublished("window", EventProperties.FAILURE_OF_WINDOW), second);

        // Then
        assertThat(emitted.next().probe()).isTrue();
    }
}
