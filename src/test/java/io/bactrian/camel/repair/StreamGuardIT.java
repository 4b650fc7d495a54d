package io.bactrian.camel.repair;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.camel.observe.Meters;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.StreamMessages;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Published;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.PublishOptions;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class StreamGuardIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = RepairWalk.PAGE;

    /** What the guard wants to be done, which the test does itself. */
    private static final class Tasks extends ScheduledThreadPoolExecutor {
        private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();

        Tasks() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            waiting.add(task);
            return super.schedule(() -> {}, 0, unit);
        }

        /** Does what waits now, and what follows from it later. */
        void round() {
            List<Runnable> now = new ArrayList<>();
            waiting.drainTo(now);
            now.forEach(Runnable::run);
        }
    }

    /** Meters that break, as often as is said. */
    private static final class Breaking extends SimpleMeterRegistry {
        private final AtomicInteger errors = new AtomicInteger();

        @Override
        protected Counter newCounter(Meter.Id id) {
            Counter counter = super.newCounter(id);
            return new Counter() {
                @Override
                public void increment(double amount) {
                    if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new InternalError("for a test");
                    }
                    counter.increment(amount);
                }

                @Override
                public double count() {
                    return counter.count();
                }

                @Override
                public Id getId() {
                    return counter.getId();
                }
            };
        }
    }

    @TempDir
    Path directory;

    private final Tasks tasks = new Tasks();
    private final Breaking meters = new Breaking();
    private NatsServer server;
    private NatsConnection nats;
    private Journal journal;
    private StreamGuard guard;

    @BeforeEach
    void open() {
        server = NatsServer.start();
        server.createStream("EVENTS", "events.>");
        nats = NatsConnection.open(NatsOptions.builder()
                .servers(server.url())
                .reconnectWait(Duration.ofMillis(20))
                .build());
        Conditions.await(PATIENCE, "connected", () -> nats.status().connected());
        journal = Journal.open(JournalConfig.defaults(directory.resolve("journal")));
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("meters", meters);
        guard = new StreamGuard(
                journal,
                nats,
                new StreamMessages(nats, Duration.ofSeconds(5)),
                new MarksFile(directory),
                Meters.of(context),
                tasks,
                Duration.ofMinutes(1),
                1_000_000);
    }

    @AfterEach
    void close() {
        guard.stop();
        tasks.shutdownNow();
        journal.close();
        nats.close();
        server.close();
    }

    /** Events that the stream has acknowledged, as far as the journal knows, and has none of. */
    private void lost(int count, Instant at) {
        for (int i = 0; i < count; i++) {
            journal.append(new Key(1, i), new byte[] {1}, Runnable::run).join();
            PendingEvent event = journal.next();
            journal.processed(event, new Published("EVENTS", i + 1, false, at));
        }
    }

    private void repair() {
        tasks.round();
        for (int rounds = 0; guard.isRepairing() && rounds < 100; rounds++) {
            tasks.round();
        }
        assertThat(guard.isRepairing()).isFalse();
    }

    @Test
    void a_repair_that_a_reconnect_has_ended_does_not_go_on_beside_the_next_one() {
        // Given
        lost(3 * PAGE, Instant.now());
        guard.start();
        tasks.round();
        assertThat(guard.isRepairing()).isTrue();

        // When
        Runnable now = tasks.waiting.poll();
        Runnable old = tasks.waiting.poll();
        assertThat(now).isNotNull();
        server.restart();
        Conditions.await(PATIENCE, "a look after the reconnect", () -> !tasks.waiting.isEmpty());
        tasks.round();
        assertThat(guard.isRepairing()).isTrue();
        old.run();
        now.run();
        tasks.round();

        // Then
        assertThat(journal.stats().pending()).isEqualTo(PAGE);
        repair();
        assertThat(journal.stats().pending()).isEqualTo(3 * PAGE);
    }

    /** A message of an event, stored by the stream and known to the journal. */
    private void deliver(int number, long sequence) throws Exception {
        Key key = new Key(1, number);
        byte[] id =
                ByteBuffer.allocate(16).putLong(key.high()).putLong(key.low()).array();
        PublishOptions options = PublishOptions.builder()
                .messageId(Base64.getUrlEncoder().withoutPadding().encodeToString(id))
                .build();
        server.admin().jetStream().publish("events.a", new byte[] {1}, options);
        journal.append(key, new byte[] {1}, Runnable::run).join();
        journal.processed(journal.next(), new Published("EVENTS", sequence, false, Instant.now()));
    }

    private StreamLook look() {
        return new StreamLook(journal, new StreamMessages(nats, Duration.ofSeconds(5)));
    }

    @Test
    void another_time_of_creation_is_no_loss_when_messages_of_before_are_there() throws Exception {
        // Given
        StreamLook look = look();
        deliver(1, 1);
        StreamMarks before =
                look.look(StreamMarks.unknown("EVENTS")).orElseThrow().marks();
        deliver(2, 2);
        // When
        StreamLook.Result after = look.look(before.createdAt(Instant.EPOCH)).orElseThrow();
        // Then
        assertThat(after.news()).isFalse();
        assertThat(after.marks().created()).isEqualTo(before.created());
    }

    @Test
    void another_time_of_creation_is_a_loss_after_a_start() throws Exception {
        deliver(1, 1);
        StreamMarks before = StreamMarks.unknown("EVENTS").createdAt(Instant.EPOCH);
        assertThat(look().look(before).orElseThrow().news()).isTrue();
    }

    @Test
    void a_stream_that_was_made_again_is_a_loss_however_much_it_has_taken_since() throws Exception {
        // Given
        StreamLook look = look();
        deliver(1, 1);
        StreamMarks before =
                look.look(StreamMarks.unknown("EVENTS")).orElseThrow().marks();
        // When
        server.deleteStream("EVENTS");
        server.createStream("EVENTS", "events.>");
        for (int number = 2; number < 6; number++) {
            deliver(number, number - 1);
        }
        // Then
        assertThat(look.look(before).orElseThrow().news()).isTrue();
        assertThat(look.look(before).orElseThrow().marks().repair().reason()).isEqualTo(Amnesia.STREAM_RECREATED);
    }

    @Test
    void a_loss_is_repaired_although_the_stream_has_gone_on_beyond_it() throws Exception {
        // Given: more than a look samples, and two that the stream has forgotten
        for (int number = 1; number <= 20; number++) {
            deliver(number, number);
        }
        for (int number = 21; number <= 22; number++) {
            journal.append(new Key(1, number), new byte[] {1}, Runnable::run).join();
            journal.processed(journal.next(), new Published("EVENTS", number, false, Instant.now()));
        }
        for (int number = 23; number <= 26; number++) {
            deliver(number, number - 2);
        }

        // When
        guard.start();
        repair();

        // Then
        assertThat(journal.stats().pending()).isEqualTo(2);
        assertThat(guard.alarms()).singleElement().asString().contains("2 events were published again");
        for (int number = 21; number <= 22; number++) {
            assertThat(journal.find(new Key(1, number)).orElseThrow().epoch()).isEqualTo(1);
        }
        tasks.round();
        assertThat(guard.isRepairing()).isFalse();
    }

    @Test
    void a_stream_that_cannot_be_asked_leaves_no_other_unguarded() {
        // Given
        journal.append(new Key(2, 1), new byte[] {1}, Runnable::run).join();
        journal.processed(journal.next(), new Published("A.STREAM", 1, false, Instant.now()));
        lost(10, Instant.now());

        // When
        guard.start();
        repair();

        // Then
        assertThat(journal.stats().pending()).isEqualTo(10);
        assertThat(journal.next()).isNotNull();
        assertThat(new MarksFile(directory).read()).containsOnlyKeys("EVENTS");
    }

    @Test
    void whatever_breaks_a_repair_holds_no_delivery_up_and_it_is_begun_again() {
        // Given
        lost(2 * PAGE, Instant.now());
        meters.errors.set(1);
        guard.start();

        // When
        repair();

        // Then
        assertThat(journal.next()).isNotNull();
        assertThat(tasks.waiting).isNotEmpty();
        repair();
        assertThat(journal.stats().pending()).isEqualTo(2 * PAGE);
        assertThat(guard.alarms()).singleElement().asString().contains("events were published again");
    }

    @Test
    void events_that_were_processed_before_the_clock_was_set_back_are_repaired_like_all_others() {
        // Given
        Instant before = Instant.now().plus(Duration.ofHours(1));
        journal.keepMark(before);
        lost(10, before);
        guard.start();

        // When
        repair();

        // Then
        assertThat(journal.stats().pending()).isEqualTo(10);
    }
}
