package io.bactrian.journal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.HERE;
import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static io.bactrian.journal.SimulatedJournal.payload;
import static org.assertj.core.api.Assertions.assertThat;

/** Every place at which the computer can stop, and every way in which the last sectors can have arrived. */
@ExtendWith(QuietJournal.class)
class CrashPointsTest {

    private static void assertDelivered(SimulatedJournal world, Set<String> mustCome, Set<String> mayCome) {
        Set<Key> must = new HashSet<>();
        mustCome.forEach(id -> must.add(key(id)));
        Set<Key> may = new HashSet<>(must);
        mayCome.forEach(id -> may.add(key(id)));
        List<Key> came = new ArrayList<>();
        for (PendingEvent event : world.deliver()) {
            came.add(event.key());
            String id = new String(event.payload(), java.nio.charset.StandardCharsets.US_ASCII).trim();
            assertThat(event.key()).isEqualTo(key(id));
            assertThat(event.payload()).isEqualTo(payload(id, 500));
        }
        assertThat(came).doesNotHaveDuplicates().containsAll(must);
        assertThat(may).containsAll(came);
        assertThat(world.journal.stats().corruptRecords()).isZero();
        assertThat(world.append("afterwards").duplicate()).isFalse();
    }

    @Test
    void a_crash_between_force_and_reply_keeps_the_event_and_makes_the_retry_a_duplicate() {
        // Given
        SimulatedJournal world = new SimulatedJournal(config());
        List<Runnable> never = new ArrayList<>();
        CompletableFuture<Appended> reply = world.journal.append(key("a"), payload("a", 500), never::add);
        world.work();
        assertThat(never).hasSize(1);
        assertThat(reply).isNotDone();
        // When
        world.cutPower();
        // Then
        assertThat(world.append("a").duplicate()).isTrue();
        assertDelivered(world, Set.of("a"), Set.of());
    }

    @Test
    void any_part_of_a_batch_that_was_not_forced_may_arrive() {
        int sectors = dirtySectorsOfTheLastBatch();
        assertThat(sectors).isBetween(4, 10);
        for (int mask = 0; mask < 1 << sectors; mask++) {
            // Given: a durable batch, and one that is written and not forced
            SimulatedJournal world = new SimulatedJournal(config());
            world.append("durable");
            stopBeforeTheForce(world);
            int arriving = mask;
            int[] sector = {0};
            world.disk.arrives = () -> (arriving >> sector[0]++ & 1) == 1;
            // When
            world.cutPower();
            world.disk.arrives = () -> false;
            // Then
            assertDelivered(world, Set.of("durable"), Set.of("one", "two", "three"));
        }
    }

    private static int dirtySectorsOfTheLastBatch() {
        SimulatedJournal world = new SimulatedJournal(config());
        world.append("durable");
        stopBeforeTheForce(world);
        return world.disk.dirtySectors();
    }

    private static void stopBeforeTheForce(SimulatedJournal world) {
        world.begin("one", 500);
        world.begin("two", 500);
        world.begin("three", 500);
        world.disk.crashIn = 1;
        world.journal.flushStep();
        assertThat(world.disk.isStopped()).isTrue();
        assertThat(world.disk.dirtySectors()).isPositive();
    }

    @Test
    void a_batch_after_a_failed_force_is_in_another_segment_and_stands_whatever_became_of_the_first() {
        for (int mask = 0; mask < 256; mask++) {
            // Given
            SimulatedJournal world = new SimulatedJournal(config());
            world.append("durable");
            CompletableFuture<Appended> refused = world.begin("one", 500);
            world.disk.failForces = 1;
            world.journal.flushStep();
            world.work();
            assertThat(refused).isCompletedExceptionally();
            world.append("two");
            int arriving = mask;
            int[] sector = {0};
            world.disk.arrives = () -> (arriving >> (sector[0]++ & 7) & 1) == 1;
            // When
            world.cutPower();
            // Then: the refused one may be there or not
            assertDelivered(world, Set.of("durable", "two"), Set.of("one"));
        }
    }

    @Test
    void a_new_segment_is_found_after_a_power_cut() {
        // Given
        SimulatedJournal world = new SimulatedJournal(config());
        Set<String> accepted = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            world.append("event-" + i);
            accepted.add("event-" + i);
        }
        assertThat(world.journal.stats().segments()).isGreaterThan(4);
        // When
        world.disk.arrives = () -> false;
        world.cutPower();
        // Then
        assertDelivered(world, accepted, Set.of());
    }

    @Test
    void a_recycled_segment_never_shows_what_it_held_before() {
        int operations = recycle(new SimulatedJournal(config()), -1, new HashSet<>());
        assertThat(operations).isGreaterThan(20);
        for (int crash = 0; crash < operations; crash++) {
            for (int variant = 0; variant < 4; variant++) {
                // Given
                SimulatedJournal world = new SimulatedJournal(config());
                Set<String> accepted = new HashSet<>();
                int luck = variant;
                int[] sector = {0};
                world.disk.arrives = () -> luck == 0 || (luck < 3 && (sector[0]++ & 1) == luck % 2);
                recycle(world, crash, accepted);
                // When
                world.cutPower();
                // Then: nothing of the first round comes again
                Set<String> possible = new HashSet<>();
                for (int i = 0; i < 30; i++) {
                    possible.add("second-" + i);
                }
                assertDelivered(world, accepted, possible);
            }
        }
    }

    @Test
    void what_is_copied_out_of_a_segment_that_goes_is_found_after_a_power_cut_at_any_moment() {
        int operations = letGo(new SimulatedJournal(config()), -1);
        assertThat(operations).isGreaterThan(10);
        for (int crash = 0; crash < operations; crash++) {
            // Given
            SimulatedJournal world = new SimulatedJournal(config());
            letGo(world, crash);
            world.disk.arrives = () -> false;
            // When
            world.cutPower();
            // Then
            assertThat(world.append("first-100").duplicate()).isTrue();
            assertDelivered(world, Set.of("first-0"), Set.of());
        }
    }

    /** One event of many stays pending while their segments are let go; returns the disk operations of that. */
    private static int letGo(SimulatedJournal world, int crashIn) {
        for (int i = 0; i < 300; i++) {
            world.append("first-" + i);
        }
        PendingEvent stuck = world.journal.next();
        world.deliver();
        world.journal.release(stuck);
        int before = world.disk.operations;
        world.disk.crashIn = crashIn;
        try {
            world.pass(java.time.Duration.ofMinutes(20));
        } catch (SimulatedDisk.Crash e) {
            assertThat(crashIn).isNotNegative();
        }
        return world.disk.operations - before;
    }

    /** Fills and empties segments until their files are used again; returns the disk operations of the second round. */
    private static int recycle(SimulatedJournal world, int crashIn, Set<String> accepted) {
        for (int i = 0; i < 300; i++) {
            world.append("first-" + i);
        }
        world.deliver();
        world.pass(java.time.Duration.ofMinutes(20));
        int before = world.disk.operations;
        world.disk.crashIn = crashIn;
        try {
            for (int i = 0; i < 30; i++) {
                String id = "second-" + i;
                world.journal.append(key(id), payload(id, 500), HERE).thenRun(() -> accepted.add(id));
                if (i % 4 == 3) {
                    world.work();
                }
            }
            world.work();
        } catch (SimulatedDisk.Crash e) {
            assertThat(crashIn).isNotNegative();
        }
        return world.disk.operations - before;
    }
}
