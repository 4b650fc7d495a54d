package io.bactrian.jetstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PublishWindowTest {

    @Test
    void no_more_are_let_in_than_there_are_places() {
        // Given
        PublishWindow window = new PublishWindow(2, 1000);
        InFlight first = publish(1);

        // When
        window.enter(first);
        window.enter(publish(1));

        // Then
        assertThat(window.enter(publish(1))).isNegative();
        assertThat(window.leave(first)).isTrue();
        assertThat(window.enter(publish(1))).isNotNegative();
        assertThat(window.count()).isEqualTo(2);
    }

    @Test
    void one_of_any_size_is_let_in_and_nothing_beside_it() {
        // Given
        PublishWindow window = new PublishWindow(10, 100);

        // When
        long large = window.enter(publish(1000));

        // Then
        assertThat(large).isNotNegative();
        assertThat(window.enter(publish(1))).isNegative();
        assertThat(window.bytes()).isEqualTo(1000);
    }

    @Test
    void the_one_that_goes_beyond_the_bytes_is_the_last_let_in() {
        // Given
        PublishWindow window = new PublishWindow(10, 100);
        window.enter(publish(99));

        // When
        long beyond = window.enter(publish(50));

        // Then
        assertThat(beyond).isNotNegative();
        assertThat(window.enter(publish(1))).isNegative();
    }

    @Test
    void only_one_leaves_once() {
        // Given
        PublishWindow window = new PublishWindow(2, 1000);
        InFlight publish = publish(5);
        window.enter(publish);

        // When
        boolean first = window.leave(publish);
        boolean second = window.leave(publish);

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(window.count()).isZero();
        assertThat(window.bytes()).isZero();
    }

    /** An answer that comes late must not be taken for that to a later publish in the same place. */
    @Test
    void a_number_is_given_once() {
        // Given
        PublishWindow window = new PublishWindow(3, 1000);
        Set<Long> given = new HashSet<>();
        List<InFlight> inside = new ArrayList<>();
        Random random = new Random(1);

        for (int i = 0; i < 10_000; i++) {
            // When
            InFlight publish = publish(1);
            long number = window.enter(publish);
            if (number >= 0) {
                inside.add(publish);
                assertThat(given.add(number)).isTrue();
                assertThat(window.find(number)).isSameAs(publish);
            }
            if (number < 0 || random.nextBoolean()) {
                InFlight gone = inside.remove(random.nextInt(inside.size()));
                assertThat(window.leave(gone)).isTrue();
                assertThat(window.find(gone.number)).isNull();
            }

            // Then
            assertThat(window.count()).isEqualTo(inside.size());
            assertThat(window.publishes(any -> true)).containsExactlyInAnyOrderElementsOf(inside);
        }
        assertThat(window.find(-1)).isNull();
    }

    @Test
    void waiting_for_an_empty_window_ends_when_it_is_and_when_it_takes_too_long() throws Exception {
        // Given
        PublishWindow window = new PublishWindow(2, 1000);
        InFlight publish = publish(1);
        window.enter(publish);

        // Then
        assertThat(window.awaitEmpty(Duration.ofMillis(5))).isFalse();
        window.leave(publish);
        assertThat(window.awaitEmpty(Duration.ZERO)).isTrue();
    }

    private static InFlight publish(long bytes) {
        return new InFlight("events.a", bytes, System.nanoTime());
    }
}
