package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.HERE;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A disk that does not give out what it has loses nothing: what cannot be read now is read later. */
@ExtendWith(QuietJournal.class)
class ReadFaultTest {
    private static final int EVENTS = 10;

    private final SimulatedJournal world = new SimulatedJournal(SimulatedJournal.config());

    private void append() {
        for (int i = 0; i < EVENTS; i++) {
            world.append("event-" + i, 900);
        }
    }

    private static String id(PendingEvent event) {
        return new String(event.payload(), StandardCharsets.US_ASCII).trim();
    }

    private List<String> delivered() {
        return world.deliver().stream().map(ReadFaultTest::id).toList();
    }

    /** What is handed out, or null when nothing is or it cannot be read now. */
    private static PendingEvent nextUnlessRefused(SimulatedJournal from) {
        try {
            return from.journal.next();
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("cannot read");
            return null;
        }
    }

    private void assertRefused() {
        assertThatThrownBy(() -> world.journal.next())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot read a pending event");
    }

    @Test
    void an_outage_of_reads_gives_up_nothing_and_keeps_the_order() {
        // Given
        append();
        world.disk.failReads = -1;
        // When
        for (int i = 0; i < Unreadable.TRIES - 1; i++) {
            assertRefused();
        }
        world.disk.failReads = 0;
        // Then
        assertThat(delivered()).hasSize(EVENTS).isSortedAccordingTo(String::compareTo);
        assertThat(world.journal.stats().corruptRecords()).isZero();
        assertThat(world.journal.stats().pending()).isZero();
    }

    @Test
    void others_go_on_when_one_place_cannot_be_read_for_long() {
        // Given
        append();
        world.disk.badFile = Manifest.name(1);
        world.disk.badAt = RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + 2L * RecordFormat.occupied(900);
        // When
        for (int i = 0; i < Unreadable.TRIES - 1; i++) {
            assertRefused();
        }
        List<String> first = new ArrayList<>();
        for (int i = 0; i < EVENTS * Unreadable.TRIES; i++) {
            PendingEvent event = nextUnlessRefused(world);
            if (event != null) {
                first.add(id(event));
                world.process(event);
            }
        }
        // Then: what lies in one chunk with the bad place was set aside too, and nothing is given up
        assertThat(world.journal.stats().pending()).isEqualTo(EVENTS - first.size());
        assertThat(world.journal.stats().corruptRecords()).isZero();
        // When
        world.disk.badFile = null;
        world.pass(Duration.ofNanos(Unreadable.ASIDE_NANOS));
        // Then
        List<String> all = new ArrayList<>(first);
        all.addAll(delivered());
        assertThat(all).hasSize(EVENTS).doesNotHaveDuplicates();
        assertThat(world.journal.stats().pending()).isZero();
    }

    @Test
    void the_consumer_is_woken_for_what_was_set_aside() {
        // Given
        append();
        List<String> woken = new ArrayList<>();
        world.journal.onAvailable(() -> woken.add("woken"));
        world.disk.failReads = -1;
        for (int i = 0; i < 2 * EVENTS * Unreadable.TRIES; i++) {
            assertThat(nextUnlessRefused(world)).isNull();
        }
        world.disk.failReads = 0;
        world.work();
        woken.clear();
        // When
        world.pass(Duration.ofNanos(Unreadable.ASIDE_NANOS));
        // Then
        assertThat(woken).isNotEmpty();
        assertThat(delivered()).hasSize(EVENTS);
    }

    @Test
    void an_event_that_is_set_aside_is_there_after_a_restart() {
        // Given
        append();
        world.disk.failReads = -1;
        for (int i = 0; i < 3 * Unreadable.TRIES; i++) {
            assertThat(nextUnlessRefused(world)).isNull();
        }
        world.disk.failReads = 0;
        // When
        world.kill();
        // Then
        assertThat(delivered()).hasSize(EVENTS);
    }

    private <T> void assertUnavailable(CompletableFuture<T> answer) {
        world.workOnTasks();
        assertThat(answer)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(JournalUnavailableException.class);
    }

    @Test
    void what_cannot_be_read_now_is_not_refused_for_good() {
        // Given
        append();
        world.deliver();
        world.disk.failReads = -1;
        // When, Then
        assertUnavailable(world.journal.replay(key("event-3"), HERE));
        assertUnavailable(world.journal.forget(key("event-3"), HERE));
        assertUnavailable(world.begin("event-3", 900));
        assertThatThrownBy(() -> world.journal.find(key("event-3"))).isInstanceOf(JournalUnavailableException.class);
        assertThatThrownBy(() -> world.journal.payload(key("event-3"))).isInstanceOf(JournalUnavailableException.class);
        // When
        world.disk.failReads = 0;
        CompletableFuture<EventState> replayed = world.journal.replay(key("event-3"), HERE);
        world.work();
        // Then
        assertThat(replayed.join().epoch()).isEqualTo(1);
    }

    @Test
    void a_walk_through_what_is_held_goes_on_where_a_read_failed() {
        // Given
        append();
        world.deliver();
        ProcessedWalk walk = world.journal.processedEvents();
        List<Key> walked = new ArrayList<>();
        int[] reads = {0};
        world.disk.beforeRead = () -> world.disk.failReads = ++reads[0] == 2 ? 4 : world.disk.failReads;
        // When
        int refused = 0;
        for (int i = 0; i <= EVENTS; i++) {
            try {
                EventState event = walk.next();
                walked.add(event == null ? null : event.key());
            } catch (JournalUnavailableException e) {
                refused++;
            }
        }
        // Then
        assertThat(refused).isEqualTo(1);
        assertThat(walked).hasSize(EVENTS).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void a_damaged_event_is_not_given_up_before_its_bytes_can_be_put_aside() {
        // Given
        append();
        world.disk.flip(Manifest.name(1), RecordFormat.SEGMENT_HEADER + RecordFormat.UNIT + 500L, 1);
        int[] reads = {0};
        world.disk.beforeRead = () -> world.disk.failReads = ++reads[0] == 2 ? 1 : 0;
        // When
        assertRefused();
        // Then
        assertThat(world.journal.stats().pending()).isEqualTo(EVENTS);
        // When
        List<String> others = delivered();
        // Then
        assertThat(others).hasSize(EVENTS - 1);
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        assertThat(world.disk.quarantined).hasSize(1);
    }

    /** An event in its second epoch, as the only one that is pending. */
    private void replayed() {
        append();
        world.deliver();
        CompletableFuture<EventState> replayed = world.journal.replay(key("event-3"), HERE);
        world.work();
        assertThat(replayed.join().epoch()).isEqualTo(1);
    }

    @Test
    void a_replayed_event_keeps_its_epoch_when_its_state_cannot_be_read_now() {
        for (int fails = 1; fails <= 3; fails++) {
            // Given
            SimulatedJournal other = new SimulatedJournal(SimulatedJournal.config());
            other.append("event-3");
            other.deliver();
            other.journal.replay(key("event-3"), HERE);
            other.work();
            // When: the first read is of the event, the second of its state
            int[] reads = {0};
            int failing = fails;
            other.disk.beforeRead = () -> other.disk.failReads = ++reads[0] == failing ? 1 : 0;
            PendingEvent event = null;
            for (int i = 0; i < Unreadable.TRIES && event == null; i++) {
                event = nextUnlessRefused(other);
            }
            // Then
            assertThat(event).isNotNull();
            assertThat(event.epoch()).isEqualTo(1);
        }
    }

    @Test
    void a_replayed_event_never_goes_under_an_old_id_when_its_state_is_damaged() {
        // Given
        replayed();
        flipStates();
        // When
        PendingEvent event = world.journal.next();
        // Then
        assertThat(id(event)).isEqualTo("event-3");
        assertThat(event.epoch()).isGreaterThan(1000);
        assertThat(event.lastError().errorClass()).isEqualTo("state-damaged");
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
        // When: it fails, and the next epoch is a new one again
        world.journal.failed(event, SimulatedJournal.FAILURE, null);
        world.work();
        assertThat(world.journal.next().epoch()).isEqualTo(event.epoch());
    }

    @Test
    void a_start_that_finds_the_state_of_a_replay_damaged_does_not_believe_the_one_before() {
        // Given
        replayed();
        world.append("later"); // so that the state is not in the last batch, which may be torn
        flip(locationOfState());
        for (int start = 0; start < 2; start++) {
            // When
            world.kill();
            // Then
            assertThat(world.journal.stats().pending()).isEqualTo(2);
            assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
            PendingEvent event = world.journal.next();
            assertThat(id(event)).isEqualTo("event-3");
            assertThat(event.epoch()).isGreaterThan(1000);
            assertThat(event.lastError().errorClass()).isEqualTo("state-damaged");
            world.journal.release(event);
            world.work();
        }
        // When
        assertThat(delivered()).containsExactly("event-3", "later");
        world.kill();
        // Then
        assertThat(world.journal.next()).isNull();
    }

    @Test
    void a_start_that_finds_the_reason_of_a_dead_event_damaged_makes_it_pending_under_a_new_id() {
        // Given
        world.append("event-3");
        world.kill(world.journal.next());
        world.append("later");
        flip(locationOfState());
        // When
        world.kill();
        // Then
        assertThat(world.journal.stats().dead()).isZero();
        PendingEvent event = world.journal.next();
        assertThat(id(event)).isEqualTo("event-3");
        assertThat(event.epoch()).isGreaterThan(1000);
    }

    @Test
    void a_start_believes_what_is_newer_than_a_damaged_state() {
        // Given
        replayed();
        long damaged = locationOfState();
        world.deliver();
        world.append("later");
        flip(damaged);
        // When
        world.kill();
        // Then
        assertThat(delivered()).containsExactly("later");
        assertThat(world.journal.stats().corruptRecords()).isEqualTo(1);
    }

    private long locationOfState() {
        Key key = key("event-3");
        return world.journal.core.index.get(key.high(), key.low());
    }

    /** Damages its length of time, which nothing hangs on. */
    private void flip(long location) {
        world.disk.flip(
                world.journal.core.segments.at(location).name(),
                Location.offset(location) + RecordFormat.HEADER + 8,
                1);
    }

    /** Damages the newest record on the disk, which is the state of the replayed event. */
    private void flipStates() {
        long at = world.journal.core.segments.current.end - RecordFormat.UNIT;
        world.disk.flip(world.journal.core.segments.current.name(), at, 1);
    }
}
