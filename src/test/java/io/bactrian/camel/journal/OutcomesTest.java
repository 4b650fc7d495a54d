package io.bactrian.camel.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.bactrian.camel.Bursts;
import io.bactrian.camel.observe.Meters;
import io.bactrian.cloudevents.CloudEvent;
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
    private final DeliveryWindow window =
            new DeliveryWindow(new DeliveryPace(2, Duration.ofMillis(10), Duration.ofMillis(20)), 1 << 20);
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
        CloudEvent event =
                CloudEvent.builder().id("1").source("/test").type("t").build();
        byte[] payload = new EventEnvelope("test", "events.test", false, List.of(), false, event).encode();
        journal.append(new Key(1, 1), payload, Runnable::run).join();
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
}
