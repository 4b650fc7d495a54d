package io.bactrian.journal;

/** Hears of what the journal does; called from the journal's threads, so it must be quick and must not throw. */
public interface JournalListener {

    /**
     * A batch became durable.
     *
     * @param events how many events were in it
     * @param nanos from the first append of the batch to its fsync
     */
    default void appended(int events, long nanos) {}

    /** Whether the journal can accept has changed. */
    default void statusChanged(JournalStats.Status status, String reason) {}

    /** Records could not be read back; they are in the directory {@code corrupt}. */
    default void corrupted(long records, String where) {}

    /** Keys are forgotten earlier than configured, because there are too many. */
    default void dedupeWindowShortened(java.time.Duration inForce) {}
}
