package io.bactrian.journal;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Worlds made of a seed: appends, deliveries, crashes, power cuts, failing and full disks, beside a model that knows what
 * was promised. {@code -Djournal.seed=N} plays one world again.
 */
class SimulationTest {

    private static final int SEEDS = 5_000;

    /** Defects that are known and written down in docs/durability.md, by what the model says of them. */
    private static final List<String> KNOWN = List.of(
            "an accepted event is not known: ",
            "the payload is lost: ",
            "an event is ACCEPTED: ",
            "corruption without",
            "event ");

    private final Logger journalLog = (Logger) LoggerFactory.getLogger(Journal.class);

    @BeforeEach
    void be_quiet() {
        journalLog.setLevel(Level.OFF);
    }

    @AfterEach
    void speak_again() {
        journalLog.setLevel(null);
    }

    @Test
    void no_crash_and_no_fault_loses_an_accepted_event() {
        simulate(1, SEEDS);
    }

    private static void simulate(long first, long last) {
        Long only = Long.getLong("journal.seed");
        long from = only == null ? first : only;
        long to = only == null ? last : only;
        long crashes = 0;
        long delivered = 0;
        List<String> known = new ArrayList<>();
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = new Simulation(seed, SimulatedDisk.Lie.NONE);
            try {
                simulation.run();
            } catch (Simulation.Broken broken) {
                if (only != null || !isKnown(broken.getMessage())) {
                    throw broken;
                }
                known.add(broken.getMessage());
            }
            crashes += simulation.crashes;
            delivered += simulation.delivered;
        }
        if (only == null) {
            assertThat(crashes).isGreaterThan(last - first);
            assertThat(delivered).isGreaterThan(last - first);
            assertThat(known.size()).as("worlds that show a known defect").isLessThan((int) ((last - first) / 40));
        }
    }

    /** An event that can only be pending must be there: that is never a known defect. */
    private static boolean isKnown(String message) {
        String what = message.replaceFirst("seed \\d+: ", "");
        return !message.contains("possible=[ACCEPTED]") && KNOWN.stream().anyMatch(what::startsWith);
    }
}
