package io.bactrian.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.SEGMENT;
import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is kept, and for how long, in virtual time. */
@ExtendWith(QuietJournal.class)
class RetentionTest {

    private final SimulatedJournal world = new SimulatedJournal(config());

    private void appendMany(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            world.append(prefix + i);
        }
    }

    @Test
    void a_processed_event_keeps_its_payload_for_the_hold() {
        // Given
        appendMany("event-", 300);
        world.deliver();
        // When
        world.pass(Duration.ofMinutes(9));
        // Then
        assertThat(world.journal.payload(key("event-0"))).isPresent();
        // When
        world.pass(Duration.ofMinutes(2));
        // Then
        assertThat(world.journal.payload(key("event-0"))).isEmpty();
        assertThat(world.journal.stats().bytes()).isLessThanOrEqualTo(6 * SEGMENT);
    }

    @Test
    void what_was_processed_before_a_mark_is_held_until_nobody_replays_it_any_more() {
        // Given
        appendMany("event-", 300);
        world.deliver();
        Instant mark = world.journal.mark();
        world.journal.hold(mark);
        // When
        world.pass(Duration.ofMinutes(20));
        appendMany("later-", 300);
        world.deliver();
        world.pass(Duration.ofMinutes(20));
        // Then
        assertThat(world.journal.payload(key("event-0"))).isPresent();
        assertThat(world.journal.payload(key("event-299"))).isPresent();
        assertThat(world.journal.payload(key("later-150"))).isEmpty();
        // When
        world.journal.endHold(mark);
        world.pass(Duration.ofMinutes(1));
        // Then
        assertThat(world.journal.payload(key("event-0"))).isEmpty();
        assertThat(world.journal.payload(key("event-299"))).isEmpty();
    }

    @Test
    void a_key_outlives_its_payload_across_a_restart_and_is_forgotten_after_the_window() {
        // Given
        appendMany("event-", 300);
        world.deliver();
        world.pass(Duration.ofMinutes(20));
        assertThat(world.journal.payload(key("event-0"))).isEmpty();
        // When
        world.cutPower();
        // Then
        assertThat(world.append("event-0").duplicate()).isTrue();
        assertThat(world.journal.find(key("event-0")).orElseThrow().published().sequence())
                .isPositive();
        // When
        world.pass(Duration.ofMinutes(45));
        // Then
        assertThat(world.append("event-0").duplicate()).isFalse();
        assertThat(world.journal.stats().keys()).isEqualTo(1);
    }

    @Test
    void a_dead_event_is_kept_for_its_own_time_and_pins_no_other_segment() {
        // Given
        appendMany("event-", 300);
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            events.add(event);
        }
        for (int i = 0; i < events.size(); i++) {
            if (i % 50 == 0) {
                world.kill(events.get(i));
            } else {
                world.process(events.get(i));
            }
        }
        long full = world.journal.stats().bytes();
        // When
        world.pass(Duration.ofMinutes(20));
        // Then
        assertThat(world.journal.stats().dead()).isEqualTo(6);
        assertThat(world.journal.stats().bytes()).isLessThan(full).isLessThanOrEqualTo(6 * SEGMENT);
        assertThat(world.journal.payload(key("event-0"))).isPresent();
        // When: a key is forgotten after an hour, a dead event stays for a day
        for (int hours = 0; hours < 22; hours++) {
            world.pass(Duration.ofHours(1));
        }
        world.cutPower();
        assertThat(world.journal.payload(key("event-0"))).isPresent();
        for (int hours = 0; hours < 12; hours++) {
            world.pass(Duration.ofHours(1));
        }
        // Then
        assertThat(world.journal.find(key("event-0"))).isEmpty();
        assertThat(world.journal.stats().dead()).isZero();
    }

    @Test
    void one_event_that_stays_pending_holds_no_segment_for_ever() {
        // Given
        appendMany("event-", 800);
        PendingEvent stuck = world.journal.next();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            world.process(event);
        }
        world.journal.failed(stuck, SimulatedJournal.FAILURE, null);
        long full = world.journal.stats().bytes();
        // When: the hold is over for the events, and then for the outcomes, which are written meanwhile
        world.pass(Duration.ofMinutes(20));
        world.pass(Duration.ofMinutes(11));
        // Then
        assertThat(world.journal.stats().bytes()).isLessThan(full).isLessThanOrEqualTo(6 * SEGMENT);
        world.cutPower();
        PendingEvent again = world.journal.next();
        assertThat(again.key()).isEqualTo(key("event-0"));
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.payload()).isEqualTo(SimulatedJournal.payload("event-0", 500));
        assertThat(world.journal.next()).isNull();
    }

    @Test
    void above_the_soft_limit_the_hold_is_shortened() {
        // Given
        boolean seen = false;
        for (int i = 0; i < 3000; i++) {
            world.append("event-" + i);
            if (i % 10 == 9) {
                world.deliver();
            }
            seen |= world.journal.stats().aboveSoftLimit();
            // Then: the quota is never reached, although nothing was held for long
            assertThat(world.journal.stats().status()).isEqualTo(JournalStats.Status.OPEN);
        }
        assertThat(seen).isTrue();
        assertThat(world.journal.payload(key("event-0"))).isEmpty();
    }

    @Test
    void on_a_disk_without_a_byte_left_outcomes_are_written_and_the_journal_accepts_again() {
        // Given
        SimulatedJournal full = new SimulatedJournal(config(200 * SEGMENT, 100_000));
        full.disk.capacity = 8 * SEGMENT;
        int accepted = 0;
        while (full.journal.stats().status() == JournalStats.Status.OPEN) {
            CompletableFuture<Appended> answer = full.begin("event-" + accepted, 500);
            full.work();
            accepted += answer.isCompletedExceptionally() ? 0 : 1;
            full.disk.capacity = Math.min(full.disk.capacity, 8 * SEGMENT);
        }
        full.disk.capacity = full.disk.used();
        // When
        int delivered = full.deliver().size();
        // Then
        assertThat(delivered).isEqualTo(accepted);
        for (int minutes = 0; minutes < 5; minutes++) {
            full.pass(Duration.ofMinutes(1));
        }
        assertThat(full.journal.stats().unsavedStates()).isZero();
        full.kill();
        assertThat(full.journal.stats().pending()).isZero();
        full.pass(Duration.ofMinutes(20));
        assertThat(full.journal.stats().status()).isEqualTo(JournalStats.Status.OPEN);
        assertThat(full.append("again").duplicate()).isFalse();
    }

    @Test
    void too_many_keys_shorten_the_window_and_somebody_hears_of_it() {
        // Given
        SimulatedJournal small = new SimulatedJournal(config(40 * SEGMENT, 200));
        List<Duration> heard = new ArrayList<>();
        small.journal.addListener(new JournalListener() {
            @Override
            public void dedupeWindowShortened(Duration inForce) {
                heard.add(inForce);
            }
        });
        // When
        for (int i = 0; i < 600; i++) {
            small.append("event-" + i);
            if (i % 20 == 19) {
                small.deliver();
                small.pass(Duration.ofMinutes(1));
            }
        }
        small.pass(Duration.ofMinutes(1));
        // Then
        assertThat(heard).isNotEmpty();
        assertThat(small.journal.stats().dedupeWindow()).isLessThan(Duration.ofHours(1));
        assertThat(small.journal.stats().keys()).isLessThan(300);
        assertThat(small.append("event-599").duplicate()).isTrue();
    }

    @Test
    void keys_of_pending_and_dead_events_are_never_dropped() {
        // Given
        SimulatedJournal small = new SimulatedJournal(config(60 * SEGMENT, 50));
        for (int i = 0; i < 300; i++) {
            small.append("pending-" + i);
        }
        // When
        small.pass(Duration.ofHours(3));
        small.cutPower();
        small.pass(Duration.ofHours(3));
        // Then
        for (int i = 0; i < 300; i++) {
            assertThat(small.append("pending-" + i).duplicate()).isTrue();
        }
        assertThat(small.journal.stats().pending()).isEqualTo(300);
    }

    @Test
    void the_same_id_makes_one_event_through_storm_restart_and_hold_until_it_expires() {
        // Given: a storm
        List<CompletableFuture<Appended>> storm = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            storm.add(world.begin("same", 500));
        }
        world.work();
        assertThat(storm.stream().filter(answer -> !answer.join().duplicate())).hasSize(1);
        assertThat(world.deliver()).hasSize(1);
        // When, Then
        world.kill();
        assertThat(world.append("same").duplicate()).isTrue();
        world.pass(Duration.ofMinutes(15));
        assertThat(world.append("same").duplicate()).isTrue();
        assertThat(world.deliver()).isEmpty();
        world.pass(Duration.ofMinutes(50));
        assertThat(world.append("same").duplicate()).isFalse();
        assertThat(world.deliver()).hasSize(1);
    }

    @Test
    void a_clock_that_jumps_back_a_day_forgets_nothing_and_goes_on() {
        // Given
        world.append("before");
        world.deliver();
        // When
        world.pass(Duration.ofDays(-1));
        world.append("after");
        // Then
        assertThat(world.append("before").duplicate()).isTrue();
        assertThat(world.journal.payload(key("before"))).isPresent();
        world.cutPower();
        assertThat(world.append("before").duplicate()).isTrue();
        assertThat(world.deliver()).extracting(PendingEvent::key).containsExactly(key("after"));
    }

    @Test
    void a_clock_that_jumps_ahead_a_day_ends_the_window_but_keeps_what_is_pending_and_dead() {
        // Given
        world.append("processed");
        world.deliver();
        world.append("dead");
        world.kill(world.journal.next());
        world.append("pending");
        // When
        world.pass(Duration.ofHours(23));
        // Then
        assertThat(world.append("processed").duplicate()).isFalse();
        assertThat(world.journal.find(key("dead")).orElseThrow().state()).isEqualTo(State.DEAD);
        assertThat(world.append("pending").duplicate()).isTrue();
    }

    @Test
    void a_segment_with_an_event_that_is_processed_while_it_is_copied_is_held_again() {
        int during = 0;
        for (int moment = 0; moment < 12; moment++) {
            // Given: a segment whose hold is over, with one event that is pending
            SimulatedJournal copying = new SimulatedJournal(config(40 * SEGMENT, 10_000));
            PendingEvent last = oneOfMany(copying);
            copying.elapse(Duration.ofMinutes(11));
            // When
            during += processAt(copying, last, moment) ? 1 : 0;
            copying.work();
            // Then
            assertThat(copying.journal.find(last.key()).orElseThrow().state()).isEqualTo(State.PROCESSED);
            assertThat(walk(copying)).as("at operation %d", moment).contains(last.key());
            copying.kill();
            assertThat(walk(copying)).as("at operation %d", moment).contains(last.key());
            // When
            copying.pass(Duration.ofMinutes(11));
            copying.pass(Duration.ofMinutes(11));
            // Then
            assertThat(walk(copying)).doesNotContain(last.key());
        }
        assertThat(during).isGreaterThan(8);
    }

    @Test
    void a_journal_that_is_nearly_full_lets_go_of_an_event_that_is_processed_while_it_is_copied() {
        // Given
        SimulatedJournal full = new SimulatedJournal(config(6 * SEGMENT, 10_000));
        PendingEvent last = oneOfMany(full);
        long segment = last.segment.ordinal;
        // When
        boolean during = processAt(full, last, 4);
        // Then
        assertThat(during).isTrue();
        assertThat(full.journal.stats().aboveSoftLimit()).isTrue();
        assertThat(full.files()).extracting(Manifest.Entry::ordinal).doesNotContain(segment);
        assertThat(full.journal.find(last.key()).orElseThrow().state()).isEqualTo(State.PROCESSED);
    }

    /** Sixty events of which all but one are processed: the hold of what the first segment had begins. */
    private static PendingEvent oneOfMany(SimulatedJournal journal) {
        for (int i = 0; i < 60; i++) {
            journal.append("event-" + i, 2_000);
        }
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = journal.journal.next(); event != null; event = journal.journal.next()) {
            events.add(event);
        }
        PendingEvent last = events.remove(5);
        events.forEach(journal::process);
        for (int flushes = 0; flushes < 4; flushes++) {
            journal.flush();
        }
        return last;
    }

    /** The upkeep works, and before one of its operations on the disk an event is processed and that is written. */
    private static boolean processAt(SimulatedJournal journal, PendingEvent event, int moment) {
        int[] operations = {0};
        journal.disk.between = () -> {
            if (operations[0]++ == moment) {
                journal.process(event);
                journal.flush();
            }
        };
        journal.upkeep();
        journal.disk.between = () -> {};
        if (operations[0] > moment) {
            return true;
        }
        journal.process(event);
        journal.work();
        return false;
    }

    private static List<Key> walk(SimulatedJournal journal) {
        List<Key> keys = new ArrayList<>();
        ProcessedWalk walk = journal.journal.processedEvents();
        for (EventState event = walk.next(); event != null; event = walk.next()) {
            keys.add(event.key());
        }
        return keys;
    }

    @Test
    void what_was_copied_and_is_processed_then_is_held_before_small_files_become_one() {
        // Given: ten files with one pending event each
        SimulatedJournal copies = new SimulatedJournal(config(60 * SEGMENT, 10_000));
        List<PendingEvent> stuck = stuckInEachOf(copies, 10);
        copies.pass(Duration.ofMinutes(11));
        assertThat(copies.kept())
                .filteredOn(entry -> entry.kind() == Segment.KEPT_PENDING)
                .hasSize(10);
        // When
        copies.process(stuck.get(3));
        copies.pass(Duration.ofMinutes(9));
        // Then
        assertThat(walk(copies)).contains(stuck.get(3).key());
        copies.kill();
        assertThat(walk(copies)).contains(stuck.get(3).key());
    }

    @Test
    void a_dead_event_that_is_replayed_is_held_however_old_and_small_its_file() {
        // Given: a dead event whose retention is over
        for (int i = 0; i < 30; i++) {
            world.append("event-" + i, 2_000);
        }
        PendingEvent dying = world.journal.next();
        world.deliver();
        world.kill(dying);
        world.pass(Duration.ofMinutes(11));
        world.elapse(Duration.ofHours(31));
        // When
        CompletableFuture<EventState> replayed = world.journal.replay(dying.key(), SimulatedJournal.HERE);
        world.workOnTasks();
        world.flush();
        assertThat(replayed).isCompleted();
        world.deliver();
        world.pass(Duration.ofMinutes(9));
        // Then
        assertThat(walk(world)).contains(dying.key());
    }

    /** So many segments, and the next one, each with one event that stays pending. */
    private static List<PendingEvent> stuckInEachOf(SimulatedJournal journal, int segments) {
        List<PendingEvent> stuck = new ArrayList<>();
        for (int i = 0; stuck.size() <= segments; i++) {
            journal.append("event-" + i, 2_500);
            PendingEvent event = journal.journal.next();
            if (stuck.isEmpty() || stuck.get(stuck.size() - 1).segment != event.segment) {
                stuck.add(event);
            } else {
                journal.process(event);
            }
        }
        journal.work();
        return stuck;
    }

    @Test
    void small_files_become_one_of_at_most_a_segment() {
        // Given: much to keep, of more files than make one
        SimulatedJournal many = new SimulatedJournal(config(300 * SEGMENT, 100_000));
        List<PendingEvent> stuck = stuckInEachOf(many, 60);
        // When: a restart after the hold
        many.elapse(Duration.ofMinutes(11));
        many.kill();
        for (int minutes = 0; minutes < 5; minutes++) {
            many.pass(Duration.ofMinutes(1));
            // Then
            assertThat(many.kept()).extracting(Manifest.Entry::size).allMatch(size -> size <= SEGMENT);
        }
        assertThat(many.kept()).hasSizeLessThan(30);
        many.cutPower();
        assertThat(many.deliver())
                .extracting(PendingEvent::sequence)
                .containsExactlyElementsOf(
                        stuck.stream().map(PendingEvent::sequence).toList());
        assertThat(many.append("event-7").duplicate()).isTrue();
    }

    @Test
    void a_segment_stays_as_long_as_what_is_needed_of_it_would_make_too_large_a_file() {
        // Given: small events, a quarter of them pending, whose failures take more room than they do
        SimulatedJournal wordy = new SimulatedJournal(config(200 * SEGMENT, 100_000));
        Map<Key, Integer> attempts = new HashMap<>();
        for (int i = 0; i < 900; i++) {
            wordy.append("e" + i, 8);
        }
        long segment = wordy.files().get(0).ordinal();
        for (int round = 1; round <= 2; round++) {
            int number = 0;
            List<PendingEvent> events = new ArrayList<>();
            for (PendingEvent event = wordy.journal.next(); event != null; event = wordy.journal.next()) {
                events.add(event);
            }
            for (PendingEvent event : events) {
                if (round == 1 && number++ % 4 > 0) {
                    wordy.process(event);
                } else {
                    attempts.put(event.key(), round);
                    Failure failure = new Failure("c".repeat(250), round + "x".repeat(4_000), Instant.EPOCH);
                    wordy.journal.failed(event, failure, null);
                }
            }
            wordy.work();
        }
        // When
        wordy.pass(Duration.ofMinutes(11));
        wordy.pass(Duration.ofMinutes(11));
        // Then
        assertThat(wordy.kept()).extracting(Manifest.Entry::size).allMatch(size -> size <= 16 * SEGMENT);
        assertThat(wordy.files()).extracting(Manifest.Entry::ordinal).contains(segment);
        wordy.cutPower();
        List<PendingEvent> delivered = wordy.deliver();
        assertThat(delivered).hasSameSizeAs(attempts.keySet()).allMatch(event -> event.attempts() == 2);
        // When: there is less of it
        wordy.pass(Duration.ofMinutes(11));
        wordy.pass(Duration.ofMinutes(11));
        // Then
        assertThat(wordy.files()).extracting(Manifest.Entry::ordinal).doesNotContain(segment);
    }

    @Test
    void a_file_that_is_too_large_for_locations_refuses_the_start() throws IOException {
        // Given
        Storage storage = world.disk.open();
        Manifest manifest = Manifest.resume(storage, Manifest.read(storage), 64);
        long size = 2 * Location.MAX_BYTES;
        Manifest.Entry large = new Manifest.Entry(manifest.takeOrdinal(), 1, 1, size, Segment.KEPT_KEYS, size);
        storage.create(large.name(), size).close();
        List<Manifest.Entry> entries = new ArrayList<>(manifest.entries());
        entries.add(large);
        manifest.write(entries);
        storage.syncDirectory();
        // When, Then
        assertThatThrownBy(world::kill)
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining(large.name() + " has 1073741824 of 2147483648 bytes");
    }

    @Test
    void no_location_is_made_of_what_has_no_place_in_it() {
        // Given
        long last = Location.of(Location.MAX_SLOTS - 1, Location.MAX_BYTES - RecordFormat.UNIT, Location.DEAD, 7);
        // When, Then
        assertThat(Location.slot(last)).isEqualTo(Location.MAX_SLOTS - 1);
        assertThat(Location.offset(last)).isEqualTo(Location.MAX_BYTES - RecordFormat.UNIT);
        assertThatThrownBy(() -> Location.of(3, Location.MAX_BYTES, Location.DEAD, 7))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Location.of(Location.MAX_SLOTS, 4096, Location.DEAD, 7))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
