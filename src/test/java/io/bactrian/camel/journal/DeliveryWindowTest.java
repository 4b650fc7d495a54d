package io.bactrian.camel.journal;

import java.time.Duration;
import java.util.SplittableRandom;

import io.bactrian.camel.journal.DeliveryWindow.Place;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryWindowTest {

    private final DeliveryWindow window = new DeliveryWindow(
            new DeliveryPace(8, Duration.ofHours(1), Duration.ofHours(1), new SplittableRandom(1)), 1_000);

    @Test
    void bytes_close_it_before_the_number_does_and_the_last_one_may_go_beyond() {
        // Given
        assertThat(window.enter()).isEqualTo(Place.OPEN);
        window.fill(999);
        assertThat(window.enter()).isEqualTo(Place.OPEN);
        // When
        window.fill(5_000);
        // Then
        assertThat(window.enter()).isEqualTo(Place.NONE);
        assertThat(window.bytes()).isEqualTo(5_999);
        window.leave(5_000);
        assertThat(window.enter()).isEqualTo(Place.OPEN);
    }

    @Test
    void the_number_closes_it_too() {
        // When
        for (int i = 0; i < 8; i++) {
            assertThat(window.enter()).isEqualTo(Place.OPEN);
        }
        // Then
        assertThat(window.enter()).isEqualTo(Place.NONE);
        assertThat(window.inFlight()).isEqualTo(8);
    }

    @Test
    void in_an_outage_a_probe_waits_for_its_pause_or_for_word_that_nats_is_back() {
        // Given
        window.enter();
        window.failed(false, false);
        window.leave(0);
        assertThat(window.enter()).isEqualTo(Place.NONE);
        // When
        window.probeNow();
        // Then
        assertThat(window.enter()).isEqualTo(Place.PROBE);
        assertThat(window.enter()).isEqualTo(Place.NONE);
    }

    @Test
    void it_is_empty_when_all_have_left() throws InterruptedException {
        // Given
        window.enter();
        // When
        window.leave(0);
        // Then
        assertThat(window.awaitEmpty(1)).isZero();
    }
}
