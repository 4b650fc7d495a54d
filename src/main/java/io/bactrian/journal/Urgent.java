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
    Urgent with(StateRecord moved) {
        return new Urgent(moved, event, reservation, completion);
    }
}
