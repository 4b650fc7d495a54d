package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.bactrian.journal.SimulatedJournal.FAILURE;
import static io.bactrian.journal.SimulatedJournal.SEGMENT;
import static io.bactrian.journal.SimulatedJournal.config;
import static io.bactrian.journal.SimulatedJournal.key;
import static org.assertj.core.api.Assertions.assertThat;

/** Case 19 of the fault list, in virtual time. */
@ExtendWith(QuietJournal.class)
class OutageTest {
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final int PROBES = (int) Duration.ofHours(4).dividedBy(PAUSE);
    private static final int BETWEEN = 15;

    @Test
    void case_19_nats_is_down_for_four_hours_with_intake_and_everything_follows_in_order() {
        // Given: keys are remembered for an hour, dead events for a day
        SimulatedJournal world = new SimulatedJournal(config(400 * SEGMENT, 50_000));

        // When: a probe each half minute, and events all the time
        int accepted = 0;
        for (int probe = 0; probe < PROBES; probe++) {
            for (int i = 0; i < BETWEEN; i++) {
                assertThat(world.append("event-" + accepted++).duplicate()).isFalse();
            }
            PendingEvent event = world.journal.next();
            assertThat(name(event)).as("the probe is the oldest").isEqualTo("event-0");
            assertThat(event.attempts()).isEqualTo(probe);
            world.journal.failed(event, FAILURE, Instant.EPOCH);
            world.pass(PAUSE);
        }

        // Then: nothing pending was forgotten, a repeat of it is still known, and it comes in order
        assertThat(world.journal.stats().pending()).isEqualTo(accepted);
        assertThat(world.append("event-1").duplicate()).isTrue();
        assertThat(world.journal.find(key("event-0")).orElseThrow().attempts()).isEqualTo(PROBES);
        List<PendingEvent> delivered = world.deliver();
        assertThat(delivered).hasSize(accepted);
        for (int i = 0; i < accepted; i++) {
            assertThat(name(delivered.get(i))).isEqualTo("event-" + i);
        }
        assertThat(world.journal.stats().pending()).isZero();
    }

    private static String name(PendingEvent event) {
        return new String(event.payload(), StandardCharsets.US_ASCII).trim().replace("\0", "");
    }
}
