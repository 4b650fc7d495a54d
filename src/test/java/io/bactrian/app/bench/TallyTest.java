package io.bactrian.app.bench;

import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TallyTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plusSeconds(10);

    private static Ledger accepted(int events) {
        Ledger ledger = new Ledger();
        ledger.begin(0);
        ledger.end(Long.MAX_VALUE);
        for (int event = 0; event < events; event++) {
            ledger.answered(event, 1, 202, 1, 2);
        }
        return ledger;
    }

    private static String id(String run, int event) {
        return String.format("%s-%012d", run, event);
    }

    @Test
    void tells_lost_late_and_repeated_events_from_delivered_ones() {
        // Given
        Tally tally = new Tally(accepted(5), "run", START, END, -1, null);
        // When
        tally.message(id("run", 0), START.plusSeconds(1).atZone(ZoneOffset.UTC));
        tally.message(id("run", 0), START.plusSeconds(2).atZone(ZoneOffset.UTC));
        tally.message(id("run", 1), START.plusSeconds(3).atZone(ZoneOffset.UTC));
        tally.message(id("run", 2), END.plusMillis(700).atZone(ZoneOffset.UTC));
        tally.message(id("another", 3), START.plusSeconds(4).atZone(ZoneOffset.UTC));
        tally.message(null, START.plusSeconds(4).atZone(ZoneOffset.UTC));
        // Then
        assertThat(tally.delivered()).as("in time").isEqualTo(2);
        assertThat(tally.duplicates()).isEqualTo(1);
        assertThat(tally.backlogMillis()).isEqualTo(700);
        assertThat(tally.missing()).as("3 and 4").isEqualTo(2);
    }

    @Test
    void counts_what_waited_for_NATS() {
        // Given
        Instant returned = START.plusSeconds(5);
        Tally tally = new Tally(accepted(4), "run", START, END, 2, returned);
        // When
        tally.message(id("run", 0), START.plusSeconds(1).atZone(ZoneOffset.UTC));
        tally.message(id("run", 1), returned.plusMillis(100).atZone(ZoneOffset.UTC));
        tally.message(id("run", 2), returned.plusMillis(400).atZone(ZoneOffset.UTC));
        tally.message(id("run", 3), returned.plusMillis(500).atZone(ZoneOffset.UTC));
        // Then
        assertThat(tally.drained()).isEqualTo(2);
        assertThat(tally.drainMillis()).isEqualTo(400);
    }
}
