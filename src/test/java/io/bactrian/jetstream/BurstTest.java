package io.bactrian.jetstream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BurstTest {
    private final Burst burst = new Burst();
    private final List<Integer> sent = Collections.synchronizedList(new ArrayList<>());

    @Test
    void outside_of_a_burst_everything_goes_at_once() {
        burst.send(() -> sent.add(1), 10);

        assertThat(sent).containsExactly(1);
    }

    @Test
    void in_a_burst_messages_wait_for_its_end_and_keep_their_order() {
        // Given
        burst.begin();

        // When
        burst.send(() -> sent.add(1), 10);
        burst.send(() -> sent.add(2), 10);
        boolean waited = sent.isEmpty();
        burst.end();

        // Then
        assertThat(waited).isTrue();
        assertThat(sent).containsExactly(1, 2);
    }

    @Test
    void many_messages_or_large_ones_do_not_wait() {
        // Given
        burst.begin();

        // When
        for (int i = 0; i < 40; i++) {
            burst.send(() -> sent.add(1), 10);
        }
        int many = sent.size();
        burst.send(() -> sent.add(2), 1 << 20);

        // Then
        assertThat(many).isEqualTo(32);
        assertThat(sent).hasSize(41);
    }

    @Test
    void what_other_threads_send_does_not_wait_for_a_burst() throws Exception {
        // Given
        burst.begin();
        burst.send(() -> sent.add(1), 10);

        // When
        Thread other = new Thread(() -> {
            burst.begin();
            burst.send(() -> sent.add(2), 10);
            burst.end();
        });
        other.start();
        other.join();

        // Then
        assertThat(sent).containsExactly(2);
        burst.end();
        assertThat(sent).containsExactly(2, 1);
    }
}
