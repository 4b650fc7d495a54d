package io.bactrian.camel.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Published;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class LanesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Failure FAILURE = new Failure("transport", "away", NOW);
    private static final DeliveryOrder.Key KEY = DeliveryOrder.ofSubject("a");

    @TempDir
    Path directory;

    private Journal journal;
    private Lanes lanes;

    @BeforeEach
    void open() {
        journal = Journal.open(new JournalConfig(
                directory.resolve("journal"),
                64 << 20,
                0,
                1 << 20,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                100_000,
                Duration.ofDays(1),
                false,
                32 << 20));
        lanes = new Lanes(journal);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void append(int from, int count) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            all.add(journal.append(new Key(1, i), Integer.toString(i).getBytes(UTF_8), Runnable::run));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
    }

    private static int number(PendingEvent event) {
        return Integer.parseInt(new String(event.payload(), UTF_8));
    }

    private void processed(PendingEvent event) {
        journal.processed(event, new Published("S", 1, false, NOW));
    }

    @Test
    void one_event_of_a_key_goes_at_a_time_and_the_next_in_order() {
        // Given
        append(0, 100);
        PendingEvent first = journal.next();
        Lane lane = lanes.enter(KEY, first);
        for (PendingEvent next = journal.next(); next != null; next = journal.next()) {
            assertThat(lanes.enter(KEY, next)).isNull();
        }
        // When
        List<Integer> order = new ArrayList<>(List.of(number(first)));
        processed(first);
        while (lanes.finished(lane)) {
            PendingEvent event = lanes.next(lanes.poll());
            order.add(number(event));
            processed(event);
        }
        // Then
        assertThat(order).hasSize(100).isSorted();
        assertThat(lanes.size()).isZero();
        assertThat(journal.stats().pending()).isZero();
    }

    @Test
    void what_fails_with_all_others_comes_again_before_what_waits_behind_it() {
        // Given
        append(0, 10);
        PendingEvent first = journal.next();
        Lane lane = lanes.enter(KEY, first);
        for (PendingEvent next = journal.next(); next != null; next = journal.next()) {
            lanes.enter(KEY, next);
        }
        // When
        lanes.failed(lane, first, FAILURE, NOW);
        // Then
        PendingEvent again = lanes.next(lanes.poll());
        assertThat(number(again)).isZero();
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(lanes.poll()).isNull();
    }

    @Test
    void without_an_order_a_failing_subject_waits_behind_its_first_event_and_is_then_free_again() {
        // Given
        append(0, 5);
        PendingEvent first = journal.next();
        PendingEvent second = journal.next();
        assertThat(lanes.failedAlone(null, KEY, first, FAILURE, NOW)).isEqualTo(Lanes.Retry.FIRST);
        assertThat(lanes.failedAlone(null, KEY, second, FAILURE, NOW)).isEqualTo(Lanes.Retry.BEHIND);
        assertThat(lanes.waits("a", journal.next())).isTrue();
        assertThat(lanes.waits("b", journal.next())).isFalse();
        // When
        lanes.resume(lanes.find(null, KEY));
        Lane lane = lanes.poll();
        PendingEvent probe = lanes.next(lane);
        assertThat(number(probe)).isZero();
        processed(probe);
        assertThat(lanes.finished(lane)).isTrue();
        // Then
        assertThat(lanes.size()).isZero();
        assertThat(List.of(number(journal.next()), number(journal.next()), number(journal.next())))
                .containsExactly(1, 2, 4);
    }

    @Test
    void too_many_that_fail_by_themselves_are_refused() {
        // Given
        append(0, Lanes.MAX_FAILING + 1);
        for (int i = 0; i < Lanes.MAX_FAILING; i++) {
            PendingEvent event = journal.next();
            assertThat(lanes.failedAlone(null, event.key(), event, FAILURE, NOW))
                    .isEqualTo(Lanes.Retry.FIRST);
        }
        // When
        PendingEvent last = journal.next();
        Lanes.Retry retry = lanes.failedAlone(null, last.key(), last, FAILURE, NOW);
        // Then
        assertThat(retry).isEqualTo(Lanes.Retry.REFUSED);
        assertThat(lanes.size()).isEqualTo(Lanes.MAX_FAILING);
    }

    @Test
    void one_that_recovers_lets_the_others_try_at_once() {
        // Given
        append(0, 2);
        PendingEvent one = journal.next();
        PendingEvent two = journal.next();
        lanes.failedAlone(null, one.key(), one, FAILURE, NOW);
        lanes.failedAlone(null, two.key(), two, FAILURE, NOW);
        assertThat(lanes.poll()).isNull();
        // When
        lanes.resume(lanes.find(null, one.key()));
        Lane lane = lanes.poll();
        processed(lanes.next(lane));
        lanes.finished(lane);
        // Then
        assertThat(lanes.next(lanes.poll()).key()).isEqualTo(two.key());
    }

    @Test
    void a_lane_whose_events_an_operator_discarded_ends() {
        // Given
        append(0, 2);
        PendingEvent first = journal.next();
        Lane lane = lanes.enter(KEY, first);
        PendingEvent second = journal.next();
        lanes.enter(KEY, second);
        journal.discard(second.key(), "test", Runnable::run).join();
        // When
        processed(first);
        lanes.finished(lane);
        // Then
        assertThat(lanes.next(lanes.poll())).isNull();
        assertThat(lanes.size()).isZero();
    }

    @Test
    void only_failures_of_one_class_that_come_one_after_the_other_are_counted_together() {
        // Given
        Failure unknown = new Failure("unknown", "a new one", NOW);
        append(0, 1);
        PendingEvent event = journal.next();
        assertThat(lanes.failures(null, unknown)).isZero();
        lanes.failedAlone(null, event.key(), event, unknown, NOW);
        Lane lane = lanes.find(null, event.key());
        assertThat(lanes.failures(lane, unknown)).isEqualTo(1);

        // When
        lanes.failedAlone(lane, event.key(), again(lane), unknown, NOW);

        // Then
        assertThat(lanes.failures(lane, unknown)).isEqualTo(2);
        assertThat(lanes.failures(lane, FAILURE)).isZero();

        // When
        lanes.failed(lane, again(lane), FAILURE, NOW);

        // Then
        assertThat(lanes.failures(lane, unknown)).isZero();
        assertThat(journal.next().attempts()).isEqualTo(3);
    }

    private PendingEvent again(Lane lane) {
        lanes.resume(lane);
        assertThat(lanes.poll()).isSameAs(lane);
        return lanes.next(lane);
    }

    @Test
    void what_fails_when_its_consumer_has_ended_is_ready_for_the_next_one() {
        // Given
        append(0, 3);
        PendingEvent first = journal.next();
        Lane lane = lanes.enter(KEY, first);
        PendingEvent second = journal.next();
        PendingEvent third = journal.next();

        // When
        lanes.close();
        new Lanes(journal).open();
        lanes.failedAlone(lane, KEY, first, FAILURE, NOW);
        lanes.failedAlone(null, second.key(), second, FAILURE, NOW);
        lanes.failed(lane, third, FAILURE, NOW);

        // Then
        assertThat(number(journal.next())).isZero();
        assertThat(number(journal.next())).isEqualTo(1);
        assertThat(number(journal.next())).isEqualTo(2);
    }

    @Test
    void what_fails_when_its_consumer_was_started_again_goes_on_in_a_lane_of_now() {
        // Given
        append(0, 1);
        PendingEvent event = journal.next();
        Lane old = lanes.enter(KEY, event);
        lanes.open();

        // When
        assertThat(lanes.failedAlone(old, KEY, event, FAILURE, NOW)).isEqualTo(Lanes.Retry.FIRST);

        // Then
        Lane lane = lanes.find(old, KEY);
        assertThat(lane).isNotSameAs(old);
        assertThat(number(again(lane))).isZero();
    }

    @Test
    void what_waits_is_ready_again_when_lanes_are_forgotten_and_after_a_restart() {
        // Given
        append(0, 3);
        lanes.enter(KEY, journal.next());
        lanes.enter(KEY, journal.next());
        // When
        lanes.open();
        // Then
        assertThat(number(journal.next())).isEqualTo(1);
        assertThat(number(journal.next())).isEqualTo(2);
    }
}
