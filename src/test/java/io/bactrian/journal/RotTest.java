package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.journal.SimulatedJournal.HERE;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Damage that comes while the journal runs, and is found when a segment is copied: counted, put aside, and nobody stands still. */
@ExtendWith(QuietJournal.class)
class RotTest {
    private static final int EVENTS = 300;
    /** Every so many events one is left behind, so that its segment is copied. */
    private static final int KEPT = 10;

    private final SimulatedJournal world =
            new SimulatedJournal(SimulatedJournal.config(400 * SimulatedJournal.SEGMENT, 100_000));

    private static String id(PendingEvent event) {
        return new String(event.payload(), StandardCharsets.US_ASCII).trim();
    }

    private static boolean isKept(int number) {
        return number % KEPT == 0;
    }

    private void append() {
        for (int i = 0; i < EVENTS; i++) {
            world.append("event-" + i, 900);
        }
    }

    private List<PendingEvent> takeAll() {
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            events.add(event);
        }
        return events;
    }

    /** Delivers all but one in ten, which is put aside in a group of its own, or fails. */
    private void deliverMost(boolean failing) {
        for (PendingEvent event : takeAll()) {
            if (!isKept(Integer.parseInt(id(event).substring(6)))) {
                world.process(event);
            } else if (failing) {
                world.journal.failed(event, SimulatedJournal.FAILURE, null, 1);
            } else {
                world.journal.defer(event, 1);
            }
        }
        world.work();
    }

    /** Delivers all, of which event 20 is dead. */
    private void deliverAllAndKillOne() {
        for (PendingEvent event : takeAll()) {
            if (id(event).equals("event-20")) {
                world.kill(event);
            } else {
                world.process(event);
            }
        }
    }

    /** Where the newest record of a key is. */
    private long locationOf(String id) {
        Key key = key(id);
        return world.journal.core.index.get(key.high(), key.low());
    }

    private void flip(long location, int place) {
        Segment segment = world.journal.core.segments.at(location);
        world.disk.flip(segment.name(), Location.offset(location) + place, 1);
    }

    private Map<String, PendingEvent> resumed() {
        world.journal.resume(1);
        Map<String, PendingEvent> events = new HashMap<>();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            events.put(id(event), event);
        }
        return events;
    }

    private static Set<String> kept() {
        Set<String> kept = new TreeSet<>();
        for (int i = 0; i < EVENTS; i += KEPT) {
            kept.add("event-" + i);
        }
        return kept;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 33, 500})
    void a_damaged_event_is_given_up_and_may_come_again(int place) {
        // Given
        append();
        deliverMost(false);
        flip(locationOf("event-20"), place);
        // When
        world.pass(Duration.ofMinutes(11));
        // Then
        Set<String> expected = kept();
        expected.remove("event-20");
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.disk.quarantined).hasSize(1);
        assertThat(world.journal.stats().pending()).isEqualTo(expected.size());
        assertThat(world.journal.find(key("event-20"))).isEmpty();
        assertThat(world.append("event-20", 900).duplicate()).isFalse();
        expected.add("event-20");
        Map<String, PendingEvent> events = resumed();
        assertThat(events.keySet()).isEqualTo(expected);
        events.values().forEach(world::process);
        world.work();
        assertThat(world.journal.stats().pending()).isZero();
        world.kill();
        assertThat(world.journal.next()).isNull();
        assertThat(world.journal.stats().corruptRecords()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 33, 500})
    void what_delivery_finds_damaged_is_put_aside(int place) {
        // Given
        append();
        long location = locationOf("event-20");
        flip(location, place);
        // When
        assertThat(world.deliver()).hasSize(EVENTS - 1);
        // Then
        Segment segment = world.journal.core.segments.at(location);
        long from = Location.offset(location);
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.disk.quarantined)
                .containsExactly(segment.name() + "-" + from + "-" + (from + RecordFormat.occupied(900)) + ".bin");
    }

    @Test
    void damage_beside_what_is_known_is_counted_and_put_aside_too() {
        // Given: an event that waits, and the one after it, which was delivered
        append();
        deliverMost(false);
        flip(locationOf("event-20"), 500);
        flip(locationOf("event-20") + (long) RecordFormat.occupied(900) / RecordFormat.UNIT * (1L << 24), 500);
        world.journal.resume(1);
        List<PendingEvent> read = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            read.add(world.journal.next());
        }
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        read.forEach(event -> world.journal.defer(event, 1));
        // When
        world.pass(Duration.ofMinutes(11));
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(2);
        assertThat(world.disk.quarantined).hasSize(2);
    }

    @Test
    void a_damaged_event_that_failed_before_is_given_up_and_may_come_again() {
        // Given
        append();
        long event = locationOf("event-20");
        deliverMost(true);
        flip(event, 500);
        // When
        world.pass(Duration.ofMinutes(11));
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.journal.find(key("event-20"))).isEmpty();
        assertThat(world.append("event-20", 900).duplicate()).isFalse();
        assertThat(resumed().keySet()).isEqualTo(kept());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 33, 80})
    void an_event_whose_attempts_are_damaged_is_delivered_under_a_new_id(int place) {
        // Given
        append();
        deliverMost(true);
        flip(locationOf("event-20"), place);
        // When: whatever is copied first
        for (int i = 0; i < 3; i++) {
            world.pass(Duration.ofMinutes(11));
        }
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        Map<String, PendingEvent> events = resumed();
        assertThat(events.keySet()).isEqualTo(kept());
        assertThat(events.get("event-20").epoch()).isGreaterThan(1000);
        assertThat(events.get("event-30").epoch()).isZero();
        assertThat(events.get("event-30").attempts()).isEqualTo(1);
        // When
        events.values().forEach(world::process);
        world.pass(Duration.ofMinutes(11));
        // Then: no segment is kept for it
        assertThat(world.journal.stats().pending()).isZero();
        assertThat(world.journal.stats().segments()).isLessThan(10);
        assertThat(world.journal.find(key("event-20")))
                .get()
                .extracting(EventState::state)
                .isEqualTo(State.PROCESSED);
    }

    @Test
    void a_dead_event_whose_reason_is_damaged_stays_dead() {
        // Given
        append();
        deliverAllAndKillOne();
        world.pass(Duration.ofMinutes(11));
        assertThat(world.journal.stats().dead()).isEqualTo(1);
        flip(locationOf("event-20"), 80);
        // When: its file is copied once more
        for (int round = 0; round < 12; round++) {
            world.append("more-" + round, 900);
            world.kill(world.journal.next());
            for (int i = 0; i < 80; i++) {
                world.append("filler-" + round + "-" + i, 900);
            }
            world.deliver();
            world.pass(Duration.ofMinutes(11));
        }
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.journal.find(key("event-20"))).get().satisfies(state -> {
            assertThat(state.state()).isEqualTo(State.DEAD);
            assertThat(state.lastError().errorClass()).isEqualTo("state-damaged");
        });
        CompletableFuture<EventState> replayed = world.journal.replay(key("event-20"), HERE);
        world.work();
        assertThat(replayed.join().epoch()).isGreaterThan(1000);
        assertThat(world.deliver()).singleElement().satisfies(event -> assertThat(id(event))
                .isEqualTo("event-20"));
    }

    @Test
    void a_dead_event_whose_reason_is_damaged_elsewhere_stays_dead_and_keeps_no_segment() {
        // Given
        append();
        deliverAllAndKillOne();
        world.flush();
        flip(locationOf("event-20"), 80);
        // When
        for (int i = 0; i < 12; i++) {
            world.append("more-" + i, 900);
            world.deliver();
            world.pass(Duration.ofMinutes(11));
        }
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.journal.find(key("event-20"))).get().satisfies(state -> {
            assertThat(state.state()).isEqualTo(State.DEAD);
            assertThat(state.lastError().errorClass()).isEqualTo("state-damaged");
        });
        assertThat(world.journal.stats().segments()).isLessThan(10);
    }

    @Test
    void a_key_whose_outcome_is_damaged_is_new_again() {
        // Given
        append();
        deliverMost(false);
        flip(locationOf("event-21"), 80);
        // When
        world.pass(Duration.ofMinutes(11));
        // Then
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.journal.contains(key("event-21"))).isFalse();
        assertThat(world.journal.contains(key("event-22"))).isTrue();
        assertThat(resumed().keySet()).isEqualTo(kept());
    }

    @Test
    void a_damaged_event_that_fails_while_its_segment_is_copied_is_given_up_and_may_come_again() {
        boolean failed = true;
        for (int reads = 1; failed; reads++) {
            // Given
            RotTest other = new RotTest();
            other.append();
            other.deliverMost(false);
            PendingEvent failing = other.resumed().get("event-20");
            other.flip(other.locationOf("event-20"), 500);
            // When
            int[] left = {reads};
            other.world.disk.beforeRead = () -> {
                if (--left[0] == 0) {
                    other.world.journal.failed(failing, SimulatedJournal.FAILURE, null, 1);
                    other.world.flush();
                }
            };
            for (int i = 0; i < 3; i++) {
                other.world.pass(Duration.ofMinutes(11));
            }
            // Then: nobody can have it, so its id is new
            other.world.disk.beforeRead = () -> {};
            failed = left[0] <= 0;
            assertThat(failed || reads > 3).as("it failed while it was copied").isTrue();
            if (!failed) {
                other.world.journal.failed(failing, SimulatedJournal.FAILURE, null, 1);
            }
            other.resumed();
            assertThat(other.world.journal.find(key("event-20")))
                    .as("%d reads", reads)
                    .isEmpty();
            assertThat(other.world.append("event-20", 900).duplicate()).isFalse();
        }
    }

    @Test
    void an_event_that_is_being_delivered_is_not_given_up() {
        // Given
        append();
        deliverMost(false);
        Map<String, PendingEvent> events = resumed();
        flip(locationOf("event-20"), 500);
        // When
        world.pass(Duration.ofMinutes(11));
        events.values().forEach(world::process);
        for (int i = 0; i < 3; i++) {
            world.pass(Duration.ofMinutes(11));
        }
        // Then
        assertThat(world.journal.stats().pending()).isZero();
        assertThat(world.journal.find(key("event-20")))
                .get()
                .extracting(EventState::state)
                .isEqualTo(State.PROCESSED);
    }
}
