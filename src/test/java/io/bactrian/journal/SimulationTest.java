package io.bactrian.journal;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Worlds made of a seed: appends, deliveries to a broker that loses publishes, answers, messages and order, crashes, power cuts,
 * failing and full disks, reads that fail, and bits that flip, beside a model that knows what was promised. {@code
 * -Djournal.seed=N} plays one world again.
 */
@ExtendWith(QuietJournal.class)
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("journal.seeds", 5_000);

    private static final int MANY_SEEDS = 100_000;

    @Test
    void no_crash_and_no_fault_loses_an_accepted_event() {
        simulate(1, SEEDS);
    }

    @Test
    @Tag("faults")
    void no_crash_and_no_fault_loses_an_accepted_event_in_a_hundred_thousand_worlds() {
        simulate(SEEDS + 1, SEEDS + MANY_SEEDS);
    }

    @Test
    void with_room_enough_what_is_held_can_be_published_again() {
        Long only = Long.getLong("journal.seed");
        long held = 0;
        for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS / 10 : only); seed++) {
            Simulation simulation = Simulation.withRoom(seed);
            simulation.run();
            held += simulation.heldChecks;
        }
        assertThat(held).isGreaterThan(only == null ? SEEDS / 2 : 0);
    }

    private static void simulate(long first, long last) {
        Long only = Long.getLong("journal.seed");
        long crashes = 0;
        long faults = 0;
        long failedReads = 0;
        long damaged = 0;
        long delivered = 0;
        long forgotten = 0;
        for (long seed = only == null ? first : only; seed <= (only == null ? last : only); seed++) {
            Simulation simulation = new Simulation(seed, SimulatedDisk.Lie.NONE);
            simulation.run();
            crashes += simulation.crashes;
            faults += simulation.faults();
            failedReads += simulation.failedReads();
            damaged += simulation.damaged();
            delivered += simulation.delivered;
            forgotten += simulation.forgotten();
        }
        if (only == null) {
            assertThat(crashes).isGreaterThan(last - first);
            assertThat(faults).isGreaterThan((last - first) / 2);
            assertThat(failedReads).isGreaterThan(last - first);
            assertThat(damaged).isGreaterThan((last - first) / 10);
            assertThat(delivered).isGreaterThan(last - first);
            assertThat(forgotten).isGreaterThan((last - first) / 10);
        }
    }
}
