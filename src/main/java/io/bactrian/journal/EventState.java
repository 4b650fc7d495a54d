package io.bactrian.journal;

import java.time.Instant;

/**
 * Everything the journal knows of an event but its payload.
 *
 * @param key its key
 * @param sequence its place in the order of acceptance; 0 for a key that was only remembered
 * @param state what became of it
 * @param acceptedAt when it was accepted
 * @param changedAt since when its state is this one; {@link Journal#mark} says what to compare it with
 * @param epoch how often it was replayed, 0 at first
 * @param attempts failed attempts in this epoch
 * @param published the proof that it was processed, or null
 * @param lastError the last failure, or null, also one before a replay or before it was processed after all; for a discarded
 *     event the reason
 * @param earlierAttempts failed attempts in earlier epochs
 * @param firstError the very first failure, or null
 * @param nextAttemptAt when it is tried again, or null
 * @param payloadKept whether the payload can still be read and replayed
 */
public record EventState(
        Key key,
        long sequence,
        State state,
        Instant acceptedAt,
        Instant changedAt,
        int epoch,
        int attempts,
        Published published,
        Failure lastError,
        int earlierAttempts,
        Failure firstError,
        Instant nextAttemptAt,
        boolean payloadKept) {

    /** Failed attempts of all epochs. */
    public long allAttempts() {
        return (long) earlierAttempts + attempts;
    }
}
