package io.bactrian.journal;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(QuietJournal.class)
class QueriesTest {

    private final SimulatedJournal world = new SimulatedJournal(config());

    @Test
    void an_outcome_that_waits_to_be_written_is_found_in_memory() {
        // Given
        world.append("a");
        world.append("b");
        // When
        world.process(world.journal.next());
        // Then
        assertThat(world.journal.findUnwritten(key("a"))).isEqualTo(world.journal.find(key("a")));
        assertThat(world.journal.findUnwritten(key("a")).orElseThrow().state()).isEqualTo(State.PROCESSED);
        assertThat(world.journal.findUnwritten(key("b"))).isEmpty();
        assertThat(world.journal.findUnwritten(key("unknown"))).isEmpty();
        // When
        world.work();
        // Then
        assertThat(world.journal.findUnwritten(key("a"))).isEmpty();
        assertThat(world.journal.find(key("a")).orElseThrow().state()).isEqualTo(State.PROCESSED);
    }

    @Test
    void outcomes_are_awaited_until_nobody_has_asked_for_one_for_a_second() {
        // Given
        world.append("a");
        assertThat(world.journal.isAwaited()).isFalse();
        // When
        var unused = world.journal.settled(key("a"), Runnable::run);
        world.process(world.journal.next());
        // Then
        assertThat(world.journal.isAwaited()).isTrue();
        // When
        world.pass(Duration.ofMillis(500));
        // Then
        assertThat(world.journal.isAwaited()).isTrue();
        // When
        world.pass(Duration.ofSeconds(1));
        // Then
        assertThat(world.journal.isAwaited()).isFalse();
    }
}
