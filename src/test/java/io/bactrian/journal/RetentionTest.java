package io.bactrian.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.SEGMENT;
import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;

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
}
