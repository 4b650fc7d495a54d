package io.bactrian.app.bench;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.BitSet;

/** Holds what was promised against what the stream has. */
final class Tally implements StreamAudit.Found {

    private final Ledger ledger;
    private final String run;
    private final Instant windowStart;
    private final Instant windowEnd;
    private final long lastBeforeReturn;
    private final Instant returned;
    private final BitSet stored = new BitSet();
    private final BitSet delivered = new BitSet();
    private long storedInWindow;
    private long duplicates;
    private long drained;
    private Instant drainedAt;
    private Instant lastStoredAt = Instant.EPOCH;

    /**
     * @param lastBeforeReturn number of the event accepted last when NATS came back, or -1 without an outage
     * @param returned when NATS came back, or null
     */
    Tally(Ledger ledger, String run, Instant windowStart, Instant windowEnd, long lastBeforeReturn, Instant returned) {
        this.ledger = ledger;
        this.run = run;
        this.windowStart = windowStart;
        this.windowEnd = windowEnd;
        this.lastBeforeReturn = lastBeforeReturn;
        this.returned = returned;
    }

    @Override
    public void message(String id, ZonedDateTime storedAt) {
        long number = RequestTemplate.numberOf(id, run);
        if (number < 0 || number > Integer.MAX_VALUE) {
            return;
        }
        int event = (int) number;
        if (stored.get(event)) {
            duplicates++;
            return;
        }
        stored.set(event);
        Instant at = storedAt.toInstant();
        if (ledger.measured().get(event) && !at.isAfter(windowEnd)) {
            delivered.set(event);
        }
        if (!at.isBefore(windowStart) && !at.isAfter(windowEnd)) {
            storedInWindow++;
        }
        if (returned != null && number <= lastBeforeReturn && at.isAfter(returned)) {
            drained++;
            drainedAt = at;
        }
        lastStoredAt = at;
    }

    /** @return events answered 2xx that the stream does not have */
    long missing() {
        BitSet missing = (BitSet) ledger.accepted().clone();
        missing.andNot(stored);
        return missing.cardinality();
    }

    /** @return events of the measured part that the stream had when it ended */
    long delivered() {
        return delivered.cardinality();
    }

    long storedInWindow() {
        return storedInWindow;
    }

    /** @return copies in the stream beyond the first of each event */
    long duplicates() {
        return duplicates;
    }

    /** @return events accepted before NATS came back and stored after it */
    long drained() {
        return drained;
    }

    /** @return milliseconds until these were stored */
    long drainMillis() {
        return drainedAt == null ? 0 : drainedAt.toEpochMilli() - returned.toEpochMilli();
    }

    /** @return milliseconds from the end of the load until the last event was stored, 0 when it was before */
    long backlogMillis() {
        return Math.max(0, lastStoredAt.toEpochMilli() - windowEnd.toEpochMilli());
    }
}
