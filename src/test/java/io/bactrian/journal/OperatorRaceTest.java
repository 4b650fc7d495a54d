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

/** An operator's change counts although the event moves between the look at it and the change. */
@ExtendWith(QuietJournal.class)
class OperatorRaceTest {
    private static final String ID = "event-20";

    private final SimulatedJournal world =
            new SimulatedJournal(SimulatedJournal.config(400 * SimulatedJournal.SEGMENT, 100_000));
    private boolean moved;

    private static String id(PendingEvent event) {
        return new String(event.payload(), StandardCharsets.US_ASCII).trim();
    }

    /** Delivers all but one, whose segment is copied when it is read next. */
    private PendingEvent deliverAllButOne() {
        for (int i = 0; i < 300; i++) {
            world.append("event-" + i, 900);
        }
        PendingEvent left = null;
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = world.journal.next(); event != null; event = world.journal.next()) {
            events.add(event);
        }
        for (PendingEvent event : events) {
            if (id(event).equals(ID)) {
                left = event;
            } else {
                world.process(event);
            }
        }
        return left;
    }

    private Segment segment() {
        Key key = key(ID);
        return world.journal.core.segments.at(world.journal.core.index.get(key.high(), key.low()));
    }

    /** From now on, the next time something reads, the event is copied first. */
    private void moveAtNextRead() {
        Segment before = segment();
        world.elapse(Duration.ofMinutes(11));
        world.disk.beforeRead = () -> {
            world.disk.beforeRead = () -> {};
            for (int i = 0; i < 100 && segment() == before; i++) {
                world.journal.upkeepStep();
            }
            moved = segment() != before;
        };
    }

    @Test
    void an_event_in_flight_is_discarded() {
        // Given
        PendingEvent event = deliverAllButOne();
        world.work();
        // When
        moveAtNextRead();
        CompletableFuture<EventState> discarded = world.journal.discard(key(ID), "why", HERE);
        world.workOnTasks();
        world.work();
        // Then
        assertThat(moved).isTrue();
        assertThat(discarded.join().state()).isEqualTo(State.DISCARDED);
        assertThat(world.journal.isInFlight(event)).isFalse();
        assertThat(world.journal.stats().pending()).isZero();
        world.kill();
        assertThat(world.journal.next()).isNull();
    }

    @Test
    void a_waiting_event_is_discarded() {
        // Given
        PendingEvent event = deliverAllButOne();
        world.journal.release(event);
        world.work();
        // When
        moveAtNextRead();
        CompletableFuture<EventState> discarded = world.journal.discard(key(ID), "why", HERE);
        world.workOnTasks();
        world.work();
        // Then
        assertThat(moved).isTrue();
        assertThat(discarded.join().state()).isEqualTo(State.DISCARDED);
        assertThat(world.journal.next()).isNull();
        assertThat(world.journal.stats().pending()).isZero();
    }

    @Test
    void a_dead_event_is_replayed() {
        // Given
        world.kill(deliverAllButOne());
        // When
        moveAtNextRead();
        CompletableFuture<EventState> replayed = world.journal.replay(key(ID), HERE);
        world.workOnTasks();
        world.work();
        // Then
        assertThat(moved).isTrue();
        assertThat(replayed.join().epoch()).isEqualTo(1);
        assertThat(world.deliver()).singleElement().satisfies(event -> assertThat(event.epoch())
                .isEqualTo(1));
    }

    @Test
    void a_change_of_an_event_that_is_lost_meanwhile_does_not_hide_the_one_that_comes_again() {
        // Given: a discard that waits to be written, of an event that delivery finds damaged
        world.append(ID, 900);
        CompletableFuture<EventState> discarded = world.journal.discard(key(ID), "why", HERE);
        world.workOnTasks();
        Key key = key(ID);
        long location = world.journal.core.index.get(key.high(), key.low());
        world.disk.flip(segment().name(), Location.offset(location) + 500, 1);
        assertThat(world.journal.next()).isNull();
        // When
        CompletableFuture<Appended> again = world.begin(ID, 900);
        world.work();
        // Then
        assertThat(again.join().duplicate()).isFalse();
        assertThat(discarded).isCompletedExceptionally();
        world.kill();
        assertThat(world.journal.next()).isNotNull();
    }
}
