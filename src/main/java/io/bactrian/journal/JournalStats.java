package io.bactrian.journal;

import java.time.Duration;

/**
 * A picture of the journal at one moment.
 *
 * @param pending accepted events that are not yet processed, dead or discarded
 * @param inFlight how many of the pending ones are being delivered now
 * @param dead events given up and kept
 * @param keys keys remembered against duplicates
 * @param keyBytes bytes of memory these keys take
 * @param dedupeWindow how long keys are remembered now: as configured, or shorter when there are too many
 * @param bytes bytes of disk in use
 * @param capacityBytes bytes of disk the journal may use
 * @param segments files in use
 * @param inFlightBytes bytes that wait for their fsync
 * @param unsavedStates outcomes known in memory that wait to be written
 * @param corruptRecords damaged records found since the start
 * @param lostRecords records given up with {@code acceptLoss} since the start
 * @param aboveSoftLimit whether the hold was shortened within the last minute, because more than 80 % of the quota was used or the
 *     disk was full
 * @param status whether the journal can accept
 * @param reason why it cannot, or null
 */
public record JournalStats(
        long pending,
        long inFlight,
        long dead,
        long keys,
        long keyBytes,
        Duration dedupeWindow,
        long bytes,
        long capacityBytes,
        int segments,
        long inFlightBytes,
        long unsavedStates,
        long corruptRecords,
        long lostRecords,
        boolean aboveSoftLimit,
        Status status,
        String reason) {

    /** Whether the journal can accept. */
    public enum Status {
        /** It can. */
        OPEN,
        /** No room; delivery goes on and makes room. */
        FULL,
        /** The disk does not take writes; delivery of what is durable goes on. */
        READ_ONLY
    }
}
