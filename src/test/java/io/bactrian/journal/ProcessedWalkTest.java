package io.bactrian.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Events that were processed can be found again and published again as long as they are held. */
@ExtendWith(QuietJournal.class)
class ProcessedWalkTest {

    private final SimulatedJournal world = new SimulatedJournal(SimulatedJournal.config());

    private List<EventState> walk() {
        return walk(world);
    }

    private static List<EventState> walk(SimulatedJournal journal) {
        List<EventState> events = new ArrayList<>();
        ProcessedWalk walk = journal.journal.processedEvents();
        for (EventState event = walk.next(); event != null; event = walk.next()) {
            events.add(event);
        }
        return events;
    }

    private void append(int from, int to) {
        for (int i = from; i < to; i++) {
            world.append("e" + i, 2_000);
        }
    }

    private EventState republish(EventState event) {
        CompletableFuture<EventState> state = world.journal.replay(event, SimulatedJournal.HERE);
        world.work();
        return state.join();
    }

    @Test
    void processed_events_of_several_segments_are_walked_by_in_the_order_of_acceptance() {
        // Given
        append(0, 100);
        world.deliver();
        append(100, 103);

        // When
        List<EventState> before = walk();
        world.cutPower();
        List<EventState> after = walk();

        // Then
        assertThat(before).hasSize(100).extracting(EventState::sequence).isSorted();
        assertThat(after).isEqualTo(before);
        assertThat(after.get(7).published().sequence()).isEqualTo(after.get(7).sequence());
    }

    @Test
    void what_is_pending_dead_or_let_go_is_passed_over() {
        // Given
        append(0, 60);
        world.deliver();
        world.pass(Duration.ofMinutes(30));
        append(60, 64);
        world.kill(world.journal.next());
        world.process(world.journal.next());
        world.work();

        // When, Then
        assertThat(walk()).extracting(EventState::key).contains(SimulatedJournal.key("e61"));
        assertThat(walk())
                .extracting(EventState::key)
                .doesNotContain(
                        SimulatedJournal.key("e0"),
                        SimulatedJournal.key("e60"),
                        SimulatedJournal.key("e62"),
                        SimulatedJournal.key("e63"));
    }

    @Test
    void an_event_published_again_comes_before_later_ones_with_a_new_epoch_and_survives_a_power_cut() {
        // Given
        append(0, 3);
        world.deliver();
        append(3, 5);

        // When
        EventState state = republish(walk().get(1));
        world.cutPower();
        PendingEvent first = world.journal.next();
        PendingEvent second = world.journal.next();

        // Then
        assertThat(state.state()).isEqualTo(State.ACCEPTED);
        assertThat(state.published()).isNull();
        assertThat(first.key()).isEqualTo(SimulatedJournal.key("e1"));
        assertThat(first.epoch()).isEqualTo(1);
        assertThat(second.key()).isEqualTo(SimulatedJournal.key("e3"));
    }

    @Test
    void what_has_changed_since_it_was_walked_by_is_not_published_again() {
        // Given
        append(0, 1);
        world.deliver();
        EventState seen = walk().get(0);
        republish(seen);
        world.deliver();

        // When, Then
        assertThatThrownBy(() -> republish(seen)).hasRootCauseInstanceOf(JournalException.class);
        assertThat(world.journal.stats().pending()).isZero();
    }

    @Test
    void later_events_wait_while_they_are_held_back() {
        // Given
        append(0, 4);
        PendingEvent first = world.journal.next();
        world.journal.deliverUpTo(first.sequence() + 1);

        // When, Then
        assertThat(world.journal.next().sequence()).isEqualTo(first.sequence() + 1);
        assertThat(world.journal.next()).isNull();
        world.journal.deliverUpTo(0);
        world.journal.release(first);
        assertThat(world.journal.next()).isNull();
        world.journal.deliverUpTo(Long.MAX_VALUE);
        assertThat(world.journal.next().sequence()).isEqualTo(first.sequence());
        assertThat(world.journal.next().sequence()).isEqualTo(first.sequence() + 2);
    }

    @Test
    void the_consumer_is_woken_when_events_are_no_longer_held_back() {
        // Given
        append(0, 1);
        world.journal.deliverUpTo(0);
        List<String> woken = new ArrayList<>();
        world.journal.onAvailable(() -> woken.add("woken"));
        world.work();
        assertThat(woken).isEmpty();

        // When
        world.journal.deliverUpTo(Long.MAX_VALUE);
        world.work();

        // Then
        assertThat(woken).hasSize(1);
    }

    @Test
    void the_highest_proof_after_a_moment_is_known_also_after_a_restart() {
        // Given: an incarnation of the stream that reached 100, and one that has begun again
        append(0, 3);
        Instant first = publish(world.journal.next(), 100);
        Instant second = publish(world.journal.next(), 7);
        Instant third = publish(world.journal.next(), 5);
        world.work();

        for (int round = 0; round < 2; round++) {
            // When, Then
            assertThat(world.journal.streams()).containsExactly("EVENTS");
            assertThat(highest(Instant.EPOCH)).isEqualTo(100);
            assertThat(highest(first)).isEqualTo(7);
            assertThat(highest(second)).isEqualTo(5);
            assertThat(world.journal.lastPublished("EVENTS", third)).isEmpty();
            world.cutPower();
        }
    }

    private long highest(Instant after) {
        return world.journal
                .lastPublished("EVENTS", after)
                .orElseThrow()
                .published()
                .sequence();
    }

    /** The broker's clock, or that of whoever wrote the time down, is of no importance. */
    private Instant publish(PendingEvent event, long sequence) {
        world.journal.processed(event, new Published("EVENTS", sequence, false, Instant.ofEpochMilli(-sequence)));
        world.work();
        return world.journal.mark();
    }

    @Test
    void what_is_held_is_walked_by_however_many_keys_came_since() {
        // Given
        SimulatedJournal crowded = new SimulatedJournal(SimulatedJournal.config(60 * SimulatedJournal.SEGMENT, 200));
        for (int i = 0; i < 100; i++) {
            crowded.append("p" + i);
        }
        crowded.deliver();
        crowded.pass(Duration.ofMinutes(5));

        // When: NATS is away
        for (int i = 0; i < 250; i++) {
            crowded.append("q" + i);
        }
        for (int i = 0; i < 16; i++) {
            crowded.pass(Duration.ofSeconds(15));
        }

        // Then
        assertThat(walk(crowded)).hasSize(100);
        assertThat(crowded.journal.stats().dedupeWindow()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));

        // When
        crowded.pass(Duration.ofMinutes(2));

        // Then
        assertThat(walk(crowded)).isEmpty();
        assertThat(crowded.journal.stats().keys()).isEqualTo(250);
    }

    @Test
    void what_is_held_is_walked_by_also_when_its_identity_is_to_be_forgotten_before() {
        // Given
        SimulatedJournal brief = new SimulatedJournal(new JournalConfig(
                Path.of("simulated"),
                20 * SimulatedJournal.SEGMENT,
                0,
                SimulatedJournal.SEGMENT,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                1_000,
                Duration.ofDays(1),
                false,
                96 * 1024));
        brief.append("a");
        brief.deliver();

        // When
        brief.pass(Duration.ofMinutes(10));

        // Then
        assertThat(walk(brief)).hasSize(1);
        brief.kill();
        assertThat(walk(brief)).hasSize(1);
        assertThat(brief.journal.stats().dedupeWindow()).isEqualTo(Duration.ofMinutes(10));
    }
}
