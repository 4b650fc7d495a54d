package io.bactrian.camel.journal;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryPaceTest {

    private static final long MILLI = 1_000_000;

    private final DeliveryPace pace =
            new DeliveryPace(8, Duration.ofMillis(100), Duration.ofSeconds(1), new SplittableRandom(1));

    @Test
    void the_whole_window_is_open_while_deliveries_succeed() {
        assertThat(pace.room(0, 0)).isEqualTo(8);
        assertThat(pace.room(8, 0)).isZero();
    }

    @Test
    void a_failure_leaves_room_for_one_probe_after_the_pause_and_when_nothing_is_in_flight() {
        // When
        long pause = pace.failed(false, false, 0);

        // Then
        assertThat(pause).isBetween(1L, 100 * MILLI);
        assertThat(pace.room(0, pause - 1)).isZero();
        assertThat(pace.room(3, pause)).isZero();
        assertThat(pace.room(0, pause)).isEqualTo(1);
    }

    /** Consumers that take their pauses from one sequence come all at once. */
    @Test
    void every_consumer_has_a_jitter_of_its_own_whatever_thread_asks() {
        // When
        List<List<Long>> consumers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(DeliveryPaceTest::pauses, task -> new Thread(task).start())
                                .join())
                .limit(3)
                .toList();

        // Then
        assertThat(consumers).doesNotHaveDuplicates();
    }

    private static List<Long> pauses() {
        DeliveryPace consumer = new DeliveryPace(8, Duration.ofSeconds(1), Duration.ofSeconds(1));
        return Stream.generate(() -> consumer.pauseAfter(0)).limit(4).toList();
    }

    @Test
    void the_failures_of_one_window_are_one_outage() {
        // Given
        long first = pace.failed(false, false, 0);

        // When
        for (int i = 0; i < 7; i++) {
            pace.failed(false, false, 0);
        }

        // Then
        assertThat(pace.pause(0)).isEqualTo(first);
    }

    @Test
    void the_bound_of_the_pause_doubles_with_each_probe_and_stays_at_the_maximum() {
        // Given
        long now = 0;
        long longest = 0;

        // When
        pace.failed(false, false, now);
        for (int probe = 0; probe < 200; probe++) {
            long pause = pace.failed(true, false, now);
            assertThat(pause).isBetween(1L, Duration.ofSeconds(1).toNanos());
            longest = Math.max(longest, pause);
        }

        // Then
        assertThat(longest).as("jitter reaches the upper half of the bound").isGreaterThan(500 * MILLI);
    }

    @Test
    void the_first_success_opens_the_whole_window_and_forgets_the_outage() {
        // Given
        pace.failed(false, false, 0);
        pace.failed(true, false, 0);
        pace.failed(true, false, 0);

        // When
        pace.succeeded();

        // Then
        assertThat(pace.room(0, 0)).isEqualTo(8);
        assertThat(pace.failed(false, false, 0)).isLessThanOrEqualTo(100 * MILLI);
    }

    @Test
    void a_server_that_asks_for_less_gets_half_and_then_one_more_with_each_success() {
        // When
        pace.failed(false, true, 0);
        pace.succeeded();

        // Then
        assertThat(pace.room(0, 0)).isEqualTo(5);
        pace.succeeded();
        assertThat(pace.room(0, 0)).isEqualTo(6);
        for (int i = 0; i < 20; i++) {
            pace.succeeded();
        }
        assertThat(pace.room(0, 0)).isEqualTo(8);
        for (int i = 0; i < 10; i++) {
            pace.failed(true, true, 0);
        }
        pace.succeeded();
        assertThat(pace.room(0, 0)).isEqualTo(2);
    }

    @Test
    void case_19_an_outage_of_four_hours_costs_a_probe_each_half_minute_or_so_and_ends_at_once() {
        // Given
        DeliveryPace outage =
                new DeliveryPace(1024, Duration.ofMillis(100), Duration.ofSeconds(30), new SplittableRandom(2));
        long now = 0;
        int probes = 0;

        // When
        outage.failed(false, false, now);
        while (now < Duration.ofHours(4).toNanos()) {
            long pause = outage.pause(now);
            assertThat(pause).isBetween(1L, Duration.ofSeconds(30).toNanos());
            now += pause;
            assertThat(outage.room(0, now)).as("one at a time").isEqualTo(1);
            outage.failed(true, false, now);
            probes++;
        }
        outage.succeeded();

        // Then: full jitter is half of the bound on average
        assertThat(probes).isBetween(800, 1200);
        assertThat(outage.room(0, now)).isEqualTo(1024);
    }
}
