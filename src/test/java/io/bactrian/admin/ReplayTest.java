package io.bactrian.admin;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReplayTest {

    private static Replay replayOf(int events, boolean dryRun) {
        Replay replay = new Replay("id", EventFilter.of(Map.of(), null), dryRun, "who", null, Instant.EPOCH);
        replay.counted(events);
        replay.countedAll();
        return replay;
    }

    @Test
    void what_the_walk_has_not_met_any_more_is_skipped_when_it_is_done() {
        // Given
        Replay replay = replayOf(10, false);
        replay.add(6, 1);

        // When
        replay.end(Replay.Phase.DONE, null);

        // Then
        assertThat(replay.toProperties())
                .containsEntry("matched", "10")
                .containsEntry("replayed", "6")
                .containsEntry("skipped", "4");
    }

    @Test
    void a_replay_that_is_cancelled_and_a_dry_run_have_skipped_nothing() {
        // Given
        Replay cancelled = replayOf(10, false);
        Replay dryRun = replayOf(10, true);

        // When
        cancelled.end(Replay.Phase.CANCELLED, null);
        dryRun.end(Replay.Phase.DONE, null);

        // Then
        assertThat(cancelled.toProperties()).containsEntry("skipped", "0");
        assertThat(dryRun.toProperties()).containsEntry("skipped", "0");
    }

    @Test
    void no_more_are_replayed_than_were_matched_whatever_is_found_after_a_kill() {
        // Given
        Replay replay = replayOf(10, false);
        replay.plan(8, 8);

        // When
        replay.recounted(8);
        replay.add(5, 0);

        // Then
        assertThat(replay.toProperties()).containsEntry("replayed", "10");
    }
}
