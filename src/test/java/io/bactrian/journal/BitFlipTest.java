package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static io.bactrian.journal.SimulatedJournal.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** One flipped bit, wherever it is: found and counted, and it costs at most the record it is in. */
@ExtendWith(QuietJournal.class)
class BitFlipTest {
    private static final int EVENTS = 100;

    /** A world with events in several segments, and the records on its disk, as they were before the flip. */
    private static SimulatedJournal world(boolean cleanStop) {
        SimulatedJournal world = new SimulatedJournal(config());
        for (int i = 0; i < EVENTS; i++) {
            world.append("event-" + i, 900);
        }
        if (cleanStop) {
            world.disk.between = () -> {};
            world.journal.close();
        }
        return world;
    }

    /** Starts again and returns the ids that are not there any more. */
    private static Set<String> lost(SimulatedJournal world) {
        world.kill();
        Set<String> lost = new HashSet<>();
        for (int i = 0; i < EVENTS; i++) {
            lost.add("event-" + i);
        }
        List<Long> sequences = new ArrayList<>();
        for (PendingEvent event : world.deliver()) {
            String id = new String(event.payload(), StandardCharsets.US_ASCII).trim();
            assertThat(event.key()).isEqualTo(key(id));
            assertThat(event.payload()).isEqualTo(payload(id, 900));
            assertThat(lost.remove(id)).isTrue();
            sequences.add(event.sequence());
        }
        assertThat(sequences).isSorted();
        return lost;
    }

    @Test
    void every_class_of_byte_of_a_record_in_a_sealed_segment() {
        int records = RecordFormat.occupied(900);
        // crc, mark, length, type, flags, reserved, sequence, time, key, batch, reserved, body, last byte of the body,
        // padding
        int[] places = {0, 3, 4, 7, 8, 11, 12, 13, 14, 16, 23, 24, 32, 47, 48, 52, 56, 500, 955, records - 1};
        for (int place : places) {
            for (int bit = 0; bit < 8; bit++) {
                // Given: the second event of the first segment
                SimulatedJournal world = world(true);
                long record = (long) RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + records;
                // When
                world.disk.flip(Manifest.name(1), record + place, bit);
                // Then
                assertThat(lost(world)).as("byte %d bit %d", place, bit).containsExactly("event-1");
                assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
                assertThat(world.disk.quarantined).hasSize(1);
            }
        }
    }

    /** A world in which every event has failed once, and the second event of the first segment is damaged in this byte. */
    private static SimulatedJournal failedAndDamaged(int place) {
        SimulatedJournal world = world(false);
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            events.add(event);
        }
        events.forEach(event -> world.journal.failed(event, SimulatedJournal.FAILURE, null));
        world.work();
        int records = RecordFormat.occupied(900);
        world.disk.flip(Manifest.name(1), (long) RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + records + place, 1);
        return world;
    }

    private static void assertMayComeAgain(SimulatedJournal world) {
        assertThat(world.journal.find(key("event-1"))).isEmpty();
        assertThat(world.append("event-1", 900).duplicate()).isFalse();
        assertThat(world.deliver()).singleElement().satisfies(event -> assertThat(event.key())
                .isEqualTo(key("event-1")));
        assertThat(world.append("event-1", 900).duplicate()).isTrue();
    }

    @Test
    void a_pending_event_that_failed_before_counts_once_and_may_come_again() {
        for (int place : new int[] {0, 35, 500}) {
            // Given
            SimulatedJournal world = failedAndDamaged(place);
            // When
            for (int start = 0; start < 2; start++) {
                world.kill();
                // Then
                assertThat(world.journal.stats().pending()).isEqualTo(EVENTS - 1);
                assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
            }
            assertThat(world.deliver()).hasSize(EVENTS - 1);
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
            assertThat(world.journal.stats().pending()).isZero();
            assertMayComeAgain(world);
        }
    }

    @Test
    void damage_that_is_found_while_it_runs_counts_once_and_the_event_may_come_again() {
        for (boolean failed : new boolean[] {true, false}) {
            // Given
            SimulatedJournal world = failed ? failedAndDamaged(500) : world(false);
            if (!failed) {
                int records = RecordFormat.occupied(900);
                world.disk.flip(
                        Manifest.name(1), (long) RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + records + 500, 1);
            }
            // When
            assertThat(world.deliver()).hasSize(EVENTS - 1);
            // Then
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
            assertMayComeAgain(world);
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        }
    }

    @Test
    void a_damaged_event_whose_key_cannot_be_told_any_more_is_forgotten_with_its_segment() {
        // Given
        SimulatedJournal world = failedAndDamaged(35);
        assertThat(world.deliver()).hasSize(EVENTS - 1);
        assertThat(world.journal.contains(key("event-1"))).isTrue();
        // When
        world.pass(Duration.ofMinutes(11));
        world.pass(Duration.ofMinutes(11));
        // Then
        assertMayComeAgain(world);
    }

    @Test
    void the_last_record_of_a_journal_that_was_closed_is_no_torn_tail() {
        // Given
        SimulatedJournal world = new SimulatedJournal(config());
        world.append("event-0", 900);
        world.disk.between = () -> {};
        world.journal.close();
        // When
        world.disk.flip(Manifest.name(1), (long) RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + 100, 0);
        world.kill();
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.journal.next()).isNull();
    }

    @Test
    void damage_in_a_batch_that_another_one_follows_is_no_torn_tail() {
        for (int number = 0; number < 3; number++) {
            // Given: three events that were forced together, and one after them
            SimulatedJournal world = new SimulatedJournal(config());
            world.work();
            for (int i = 0; i < 3; i++) {
                world.begin("event-" + i, 900);
            }
            world.work();
            world.append("event-3", 900);
            // When
            world.disk.flip(
                    Manifest.name(1),
                    RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + (long) number * RecordFormat.occupied(900) + 60,
                    1);
            world.kill();
            // Then
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
            assertThat(world.disk.quarantined).hasSize(1);
            assertThat(world.deliver()).hasSize(3);
        }
    }

    @Test
    void a_start_needs_no_room_to_put_damage_aside() {
        // Given
        SimulatedJournal world = world(true);
        world.disk.flip(Manifest.name(1), RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + 60L, 1);
        world.disk.capacity = world.disk.used();
        // When
        Set<String> lost = lost(world);
        // Then
        assertThat(lost).containsExactly("event-0");
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
    }

    @Test
    void a_segments_header_is_not_needed_while_the_manifest_is_whole() {
        for (int place : new int[] {0, 8, 12, 16, 24, 32, 40, 48, 60, 100, 4095}) {
            // Given
            SimulatedJournal world = world(true);
            // When
            world.disk.flip(Manifest.name(2), place, 3);
            // Then
            assertThat(lost(world)).isEmpty();
            assertThat(world.journal.stats().corruptRecords()).isZero();
        }
    }

    @Test
    void a_damaged_manifest_loses_nothing() {
        for (String name : Manifest.NAMES) {
            for (int place : new int[] {0, 8, 12, 16, 24, 40, 44, 48, 56, 64, 72, 80, 88, 96, 104, 110, 120, 200}) {
                for (int bit = 0; bit < 8; bit += 3) {
                    // Given
                    SimulatedJournal world = world(true);
                    // When
                    world.disk.flip(name, place, bit);
                    // Then
                    assertThat(lost(world)).as("%s byte %d", name, place).isEmpty();
                }
            }
        }
    }

    @Test
    void an_old_manifest_is_not_believed_when_there_are_records_it_cannot_know_of() {
        // Given: manifests restored from a backup that is older than the segments
        SimulatedJournal world = new SimulatedJournal(config());
        List<Runnable> restore = new ArrayList<>();
        for (String name : Manifest.NAMES) {
            if (world.disk.fileNames().contains(name)) {
                restore.add(world.disk.backup(name));
            }
        }
        for (int i = 0; i < EVENTS * 3; i++) {
            world.append("event-" + i, 900);
        }
        for (String name : Manifest.NAMES) {
            world.disk.flip(name, 0, 1);
        }
        restore.forEach(Runnable::run);
        // When, Then
        assertThatThrownBy(() -> lost(world))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining("manifest")
                .hasMessageContaining("--accept-loss");
        world.acceptLoss();
        assertThat(world.journalAfterKill().stats().pending()).isEqualTo(EVENTS * 3);
    }

    @Test
    void a_journal_that_was_killed_is_as_well_off() {
        int records = RecordFormat.occupied(900);
        for (int number = 0; number < 40; number++) {
            // Given
            SimulatedJournal world = world(false);
            long record = RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + (long) number * records;
            // When
            world.disk.flip(Manifest.name(1), record + 60, 1);
            // Then
            assertThat(lost(world)).containsExactly("event-" + number);
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        }
    }
}
