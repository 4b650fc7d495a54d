package io.bactrian.journal;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.bactrian.journal.SimulatedJournal.FAILURE;
import static io.bactrian.journal.SimulatedJournal.HERE;
import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is thrown where nothing should be: the journal fails what it hit, says so, and goes on. */
@ExtendWith(QuietJournal.class)
class UnexpectedFailureTest {
    private static final int OPERATIONS_OF_A_WRITE = 3;

    private final SimulatedJournal world = new SimulatedJournal(config());

    @ParameterizedTest
    @MethodSource("operationsOfAWrite")
    void a_write_that_fails_unexpectedly_fails_like_one_that_the_disk_refuses(int operation) {
        // Given: an event, an outcome and a change in one write
        world.append("processed");
        world.append("dead");
        PendingEvent processed = world.journal.next();
        PendingEvent dead = world.journal.next();
        world.process(processed);
        CompletableFuture<Void> death = world.journal.dead(dead, FAILURE, HERE);
        CompletableFuture<Appended> event = world.begin("event", 500);
        CompletableFuture<Appended> repeat = world.begin("event", 500);
        int[] left = {operation};
        world.disk.between = () -> {
            if (left[0]-- == 0) {
                throw new IllegalStateException("not by the disk");
            }
        };
        // When
        assertThat(world.journal.flushStep()).isTrue();
        // Then: nothing is left that waits for it, and the journal says what is wrong
        for (CompletableFuture<?> answer : List.of(event, repeat, death)) {
            assertThat(answer).isCompletedExceptionally();
            assertThatThrownBy(answer::join).hasCauseInstanceOf(JournalUnavailableException.class);
        }
        assertThat(world.journal.contains(key("event"))).isFalse();
        assertThat(world.journal.isInFlight(dead)).isTrue();
        JournalStats stats = world.journal.stats();
        assertThat(stats.status()).isEqualTo(JournalStats.Status.READ_ONLY);
        assertThat(stats.reason()).contains("IllegalStateException").contains("not by the disk");
        assertThat(stats.inFlightBytes()).isZero();
        assertThat(stats.unsavedStates()).isEqualTo(1);
        // When
        world.pass(java.time.Duration.ofSeconds(1));
        // Then: it goes on
        assertThat(world.journal.stats().status()).isEqualTo(JournalStats.Status.OPEN);
        assertThat(world.journal.stats().unsavedStates()).isZero();
        assertThat(world.append("event").duplicate()).isFalse();
        world.kill(dead);
        world.kill();
        assertThat(world.journal.find(key("processed")).orElseThrow().state()).isEqualTo(State.PROCESSED);
        assertThat(world.journal.find(key("dead")).orElseThrow().state()).isEqualTo(State.DEAD);
        assertThat(world.deliver()).extracting(PendingEvent::key).containsExactly(key("event"));
    }

    static IntStream operationsOfAWrite() {
        return IntStream.range(0, OPERATIONS_OF_A_WRITE);
    }

    @Test
    void what_memory_does_not_take_after_the_fsync_is_new_when_it_comes_again() throws Exception {
        // Given: the index takes the first of three events
        world.work();
        Core core = core();
        core.index.put(key("first").high(), key("first").low(), 1);
        core.index.remove(key("first").high(), key("first").low());
        long[][] tables = tables(core.index);
        long[] broken = new long[5];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = tables[i] == null ? broken : tables[i];
        }
        List<CompletableFuture<Appended>> answers = new ArrayList<>();
        for (String id : List.of("first", "second", "third")) {
            answers.add(world.begin(id, 500));
        }
        // When
        world.journal.flushStep();
        // Then
        assertThat(answers.get(0)).isCompleted();
        assertThat(answers.get(1)).isCompletedExceptionally();
        assertThat(answers.get(2)).isCompletedExceptionally();
        assertThat(world.journal.stats().pending()).isEqualTo(1);
        assertThat(world.journal.stats().status()).isEqualTo(JournalStats.Status.READ_ONLY);
        // When
        Arrays.setAll(tables, i -> tables[i] == broken ? null : tables[i]);
        world.pass(java.time.Duration.ofSeconds(1));
        // Then: one is there, one is sent again and one, which was refused, is not
        assertThat(world.journal.contains(key("second"))).isFalse();
        assertThat(world.append("first").duplicate()).isTrue();
        assertThat(world.append("second").duplicate()).isFalse();
        assertThat(world.journal.stats().pending()).isEqualTo(2);
        world.kill();
        assertThat(world.deliver())
                .extracting(PendingEvent::key)
                .doesNotHaveDuplicates()
                .containsSubsequence(key("first"), key("second"));
    }

    @Test
    void a_listener_that_throws_disturbs_nothing() {
        // Given
        world.journal.addListener(new JournalListener() {
            @Override
            public void appended(int events, long nanos) {
                throw new IllegalStateException("a bad listener");
            }
        });
        // When
        Appended appended = world.append("event");
        // Then
        assertThat(appended.duplicate()).isFalse();
        assertThat(world.journal.stats().status()).isEqualTo(JournalStats.Status.OPEN);
    }

    @Test
    void an_upkeep_that_fails_unexpectedly_anywhere_rests_and_goes_on() {
        int operations = retire(-1);
        assertThat(operations).isGreaterThan(10);
        for (int i = 0; i < operations; i++) {
            retire(i);
        }
    }

    /** One event of many stays pending while segments are let go; returns how many operations of the disk that takes. */
    private static int retire(int failing) {
        SimulatedJournal world = new SimulatedJournal(config());
        for (int i = 0; i < 300; i++) {
            world.append("event-" + i);
        }
        PendingEvent stuck = world.journal.next();
        world.deliver();
        int before = world.disk.operations;
        int[] left = {failing};
        world.disk.between = () -> {
            if (left[0]-- == 0) {
                throw new IllegalStateException("not by the disk");
            }
        };
        world.pass(java.time.Duration.ofMinutes(20));
        int operations = world.disk.operations - before;
        world.disk.between = () -> {};
        for (int i = 0; i < 4; i++) {
            world.pass(java.time.Duration.ofMinutes(1));
        }
        world.journal.release(stuck);
        assertThat(world.journal.stats().segments()).as("after %d", failing).isLessThan(6);
        assertThat(world.append("event-1").duplicate()).isTrue();
        assertThat(world.append("afterwards").duplicate()).isFalse();
        world.cutPower();
        assertThat(world.append("event-2").duplicate()).isTrue();
        assertThat(world.deliver())
                .as("after %d", failing)
                .extracting(PendingEvent::key)
                .containsExactly(key("event-0"), key("afterwards"));
        assertThat(world.disk.violation).isNull();
        return operations;
    }

    private Core core() throws ReflectiveOperationException {
        Field core = Journal.class.getDeclaredField("core");
        core.setAccessible(true);
        return (Core) core.get(world.journal);
    }

    private static long[][] tables(KeyIndex index) throws ReflectiveOperationException {
        Field tables = KeyIndex.class.getDeclaredField("tables");
        tables.setAccessible(true);
        return (long[][]) tables.get(index);
    }
}
