package io.bactrian.journal;

/**
 * A change that counts only when it is durable.
 *
 * @param record what changes
 * @param event the event in flight that it ends, or null
 * @param reservation the reservation that it ends, or null
 * @param completion who waits
 */
record Urgent(StateRecord record, PendingEvent event, Reservation reservation, Completion<?> completion) {
    /** The same with another record of the change. */
    Urgent with(StateRecord other) {
        return new Urgent(other, event, reservation, completion);
    }
}
