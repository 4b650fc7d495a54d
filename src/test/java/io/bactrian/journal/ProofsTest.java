package io.bactrian.journal;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProofsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Proofs proofs = new Proofs();
    private long time = 1000;

    private PendingEvent handOut() {
        return new PendingEvent(
                null, 0, new Key(1, time), time, NOW, 0, 0, null, History.NONE, new byte[0], proofs.soFar());
    }

    private void acknowledge(PendingEvent event, String stream, long sequence, boolean duplicate) {
        proofs.add(event, new Published(stream, sequence, duplicate, NOW), ++time);
    }

    private void acknowledge(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            acknowledge(handOut(), "EVENTS", sequence, false);
        }
    }

    @Test
    void a_sequence_that_is_given_again_is_noticed_and_not_forgotten_when_the_stream_goes_on() {
        // Given
        acknowledge(1, 100);

        // When
        acknowledge(handOut(), "EVENTS", 96, false);
        acknowledge(97, 150);

        // Then
        assertThat(proofs.gaveAgain("EVENTS")).isTrue();
        assertThat(proofs.highest("EVENTS", 0).published().sequence()).isEqualTo(150);
    }

    @Test
    void answers_in_any_order_to_events_that_were_handed_out_before_say_nothing() {
        // Given
        acknowledge(1, 90);
        PendingEvent early = handOut();
        PendingEvent late = handOut();

        // When
        acknowledge(late, "EVENTS", 92, false);
        acknowledge(early, "EVENTS", 91, false);

        // Then
        assertThat(proofs.gaveAgain("EVENTS")).isFalse();
    }

    @Test
    void a_duplicate_and_another_stream_have_lower_sequences_rightly() {
        // Given
        acknowledge(1, 100);
        PendingEvent before = handOut();

        // When
        acknowledge(handOut(), "EVENTS", 50, true);
        acknowledge(handOut(), "OTHER", 1, false);
        acknowledge(handOut(), "OTHER", 2, false);
        acknowledge(before, "THIRD", 1, false);

        // Then
        assertThat(proofs.gaveAgain("EVENTS")).isFalse();
        assertThat(proofs.gaveAgain("OTHER")).isFalse();
        assertThat(proofs.gaveAgain("THIRD")).isFalse();
        assertThat(proofs.gaveAgain("NONE")).isFalse();
    }

    @Test
    void a_stream_that_is_distrusted_begins_anew() {
        // Given
        acknowledge(1, 100);
        PendingEvent before = handOut();
        acknowledge(handOut(), "EVENTS", 1, false);

        // When
        proofs.distrust("EVENTS", time);
        acknowledge(before, "EVENTS", 2, false);
        acknowledge(3, 10);

        // Then
        assertThat(proofs.gaveAgain("EVENTS")).isFalse();
        acknowledge(handOut(), "EVENTS", 10, false);
        assertThat(proofs.gaveAgain("EVENTS")).isTrue();
        proofs.distrust("EVENTS", time - 1);
        assertThat(proofs.gaveAgain("EVENTS")).as("it did so after that moment").isTrue();
    }

    @Test
    void what_was_read_from_files_counts_as_far_as_it_is_believed() {
        // Given
        proofs.add(new Key(1, 1), 0, new Published("EVENTS", 500, false, NOW), 10);
        proofs.add(new Key(1, 2), 0, new Published("EVENTS", 7, false, NOW), 20);
        proofs.distrust("EVENTS", 15);

        // When
        acknowledge(8, 9);

        // Then
        assertThat(proofs.gaveAgain("EVENTS")).isFalse();
        acknowledge(handOut(), "EVENTS", 7, false);
        assertThat(proofs.gaveAgain("EVENTS")).isTrue();
    }
}
