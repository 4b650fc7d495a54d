package io.bactrian.journal;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the threads do while there is no segment to write to: they wait. */
@ExtendWith(QuietJournal.class)
class RoomTest {
    private final SimulatedJournal world = new SimulatedJournal(config());

    @Test
    void the_flusher_waits_for_a_segment_and_is_woken_by_one() throws Exception {
        // Given: an outcome that is overdue, and no segment
        world.append("event");
        world.process(world.journal.next());
        Core core = world.journal.core;
        Flusher flusher = part("flusher", Flusher.class);
        core.segments.prepared.clear();
        core.segments.current = null;
        world.elapse(Duration.ofSeconds(1));
        // When
        boolean wrote = world.journal.flushStep();
        // Then
        assertThat(wrote).isFalse();
        assertThat(core.flusherIdle).isTrue();
        assertThat(idleNanos(core, flusher)).isBetween(TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.SECONDS.toNanos(5));
        // When
        assertThat(world.journal.upkeepStep()).isTrue();
        // Then
        assertThat(core.flusherIdle).isFalse();
        assertThat(world.journal.flushStep()).isTrue();
        assertThat(world.journal.stats().unsavedStates()).isZero();
    }

    @Test
    void an_outcome_that_is_not_due_yet_does_not_wait_longer_because_events_found_no_room() throws Exception {
        // Given
        world.append("event");
        world.process(world.journal.next());
        CompletableFuture<Appended> refused = world.begin("refused", 500);
        Core core = world.journal.core;
        Flusher flusher = part("flusher", Flusher.class);
        core.segments.prepared.clear();
        core.segments.current = null;
        core.noRoom("the test has it so");
        // When
        world.journal.flushStep();
        // Then
        assertThat(refused).isCompletedExceptionally();
        assertThat(idleNanos(core, flusher)).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void a_segment_that_cannot_be_made_is_not_tried_again_at_once() {
        // Given
        world.disk.failOneIn = 1;
        // When
        for (int i = 0; i < 10; i++) {
            world.journal.upkeepStep();
        }
        // Then
        assertThat(world.disk.faults).isEqualTo(1);
        // When
        world.elapse(Duration.ofSeconds(1));
        world.journal.upkeepStep();
        // Then
        assertThat(world.disk.faults).isEqualTo(2);
        world.disk.failOneIn = 0;
        world.pass(Duration.ofSeconds(1));
        assertThat(world.append("event").duplicate()).isFalse();
    }

    @Test
    void what_finds_no_room_until_the_journal_is_closed_is_refused() {
        // Given
        world.disk.capacity = world.disk.used();
        CompletableFuture<Appended> event = world.begin("event", 500);
        CompletableFuture<Void> remembered =
                world.journal.remember(SimulatedJournal.key("remembered"), SimulatedJournal.HERE);
        // When
        world.journal.close();
        // Then
        assertThatThrownBy(event::join).hasCauseInstanceOf(JournalUnavailableException.class);
        assertThatThrownBy(remembered::join).hasCauseInstanceOf(JournalUnavailableException.class);
    }

    private static long idleNanos(Core core, Flusher flusher) {
        core.lock.lock();
        try {
            return flusher.idleNanos();
        } finally {
            core.lock.unlock();
        }
    }

    private <T> T part(String name, Class<T> type) throws ReflectiveOperationException {
        Field field = Journal.class.getDeclaredField(name);
        field.setAccessible(true);
        return type.cast(field.get(world.journal));
    }

    @Test
    void the_upkeep_does_not_rest_when_a_segment_was_taken_while_it_worked() throws Exception {
        // Given
        Core core = world.journal.core;
        Upkeep upkeep = part("upkeep", Upkeep.class);
        world.work();
        assertThat(upkeep.isWanted()).isFalse();
        // When
        Segment taken = core.segments.prepared.poll();
        // Then
        assertThat(upkeep.isWanted()).isTrue();
        // When: none can be made
        core.noRoom = "the test has it so";
        // Then
        assertThat(taken).isNotNull();
        assertThat(upkeep.isWanted()).isFalse();
    }

    @Test
    void the_flusher_rests_for_good_when_nobody_keeps_up_any_more() throws Exception {
        // Given
        Flusher flusher = part("flusher", Flusher.class);
        flusher.ended("journal-upkeep", false);
        world.elapse(Duration.ofMinutes(1));
        int before = world.disk.operations;
        // When
        for (int i = 0; i < 100; i++) {
            assertThat(world.journal.flushStep()).isFalse();
        }
        // Then
        assertThat(world.disk.operations).isEqualTo(before);
        assertThat(world.journal.stats().status()).isEqualTo(JournalStats.Status.READ_ONLY);
    }

    @Test
    void a_disk_that_has_refused_records_for_long_is_written_to_when_it_takes_them_again() {
        // Given
        SimulatedJournal patient = new SimulatedJournal(SimulatedJournal.config(1000 * SimulatedJournal.SEGMENT, 1000));
        patient.append("before");
        patient.disk.refusesRecords = true;
        for (int i = 0; i < 700; i++) {
            String id = "refused-" + i;
            assertThat(patient.begin(id, 500)).satisfies(append -> {
                patient.pass(Duration.ofSeconds(5));
                assertThat(append).isCompletedExceptionally();
            });
        }
        // When
        patient.disk.refusesRecords = false;
        patient.pass(Duration.ofSeconds(5));
        patient.append("after");
        // Then
        patient.cutPower();
        assertThat(patient.deliver()).hasSize(2);
        assertThat(patient.journal.stats().corruptRecords()).isZero();
    }
}
