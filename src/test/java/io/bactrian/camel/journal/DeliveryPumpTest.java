package io.bactrian.camel.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.camel.Bursts;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.journal.Published;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryPumpTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final int WINDOW = 2;

    /** The thread of the pump, which counts what it is asked to do. */
    private static final class CountingThread extends ScheduledThreadPoolExecutor {
        private final AtomicInteger tasks = new AtomicInteger();

        CountingThread() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            tasks.incrementAndGet();
            return super.schedule(command, delay, unit);
        }
    }

    @TempDir
    Path directory;

    private final CountingThread thread = new CountingThread();
    private final ExecutorService appenders = Executors.newSingleThreadExecutor();
    private final Emissions emitted = new Emissions();
    private final DeliveryWindow window = new DeliveryWindow(
            new DeliveryPace(WINDOW, Duration.ofMillis(10), Duration.ofSeconds(1), new Random(1)), 1 << 20);
    private final Bursts bursts = Bursts.of(new DefaultCamelContext());
    private Journal journal;
    private DeliveryPump pump;
    private int appended;

    @BeforeEach
    void start() {
        journal = Journal.open(JournalConfig.defaults(directory.resolve("journal")));
        pump = new DeliveryPump(journal, new Lanes(journal), window, DeliveryOrder.NONE, bursts, WINDOW);
        pump.start(thread, emitted);
    }

    @AfterEach
    void stop() {
        pump.stop();
        thread.shutdownNow();
        appenders.shutdownNow();
        journal.close();
    }

    private void append() throws InvalidCloudEventException {
        CloudEvent event = CloudEvent.builder()
                .id(String.valueOf(appended))
                .source("/test")
                .type("t")
                .build();
        byte[] payload = new EventEnvelope("test", "events.test", false, List.of(), false, event).encode();
        journal.append(new Key(1, appended++), payload, Runnable::run).join();
    }

    /** What the thread has been asked for is through. */
    private void settle() throws Exception {
        thread.submit(() -> {}).get(10, TimeUnit.SECONDS);
    }

    private void processed(Emission emission) {
        journal.processed(emission.event(), new Published("EVENTS", 1, false, NOW));
        window.succeeded();
        pump.done(emission, false);
    }

    @Test
    void an_answer_wakes_nobody_when_the_journal_has_no_more() throws Exception {
        // Given
        append();
        Emission emission = emitted.next();
        settle();
        int before = thread.tasks.get();

        // When
        processed(emission);

        // Then
        assertThat(thread.tasks).hasValue(before);

        // When
        append();

        // Then
        assertThat(emitted.next().event().key()).isEqualTo(new Key(1, 1));
    }

    @Test
    void an_answer_lets_the_next_one_go_that_found_the_window_full() throws Exception {
        // Given
        for (int i = 0; i < 5; i++) {
            append();
        }

        for (int i = 0; i < 5; i++) {
            // When
            Emission emission = emitted.next();
            settle();
            processed(emission);

            // Then
            assertThat(window.inFlight()).isLessThanOrEqualTo(WINDOW);
        }
        assertThat(journal.stats().pending()).isZero();
    }

    @Test
    void an_event_that_failed_goes_again_although_nothing_else_came() throws Exception {
        // Given
        append();
        Emission emission = emitted.next();
        settle();

        // When
        journal.failed(emission.event(), new Failure("timeout", "late", NOW), NOW);
        pump.again(emission, false);

        // Then
        assertThat(emitted.next().event().attempts()).isEqualTo(1);
    }

    @Test
    void an_error_of_the_process_ends_no_delivery() throws Exception {
        // Given
        settle();
        AtomicBoolean broke = new AtomicBoolean();
        bursts.add(new Bursts.Sender() {
            @Override
            public void begin() {
                if (broke.compareAndSet(false, true)) {
                    throw new StackOverflowError("for a test");
                }
            }

            @Override
            public void end() {
                // nothing is kept back
            }
        });

        // When
        append();

        // Then
        assertThat(emitted.next().event().key()).isEqualTo(new Key(1, 0));
        assertThat(broke).isTrue();
    }

    @Test
    void nothing_is_left_behind_whenever_answers_come() throws Exception {
        // Given
        int events = 3_000;

        // When
        Future<?> appender = appenders.submit(() -> {
            for (int i = 0; i < events; i++) {
                append();
            }
            return null;
        });

        // Then
        for (int i = 0; i < events; i++) {
            processed(emitted.next());
        }
        appender.get(10, TimeUnit.SECONDS);
        assertThat(journal.stats().pending()).isZero();
    }
}
