package io.bactrian.journal;

import java.time.Instant;

/**
 * An event handed out for delivery. It stays in flight until {@link Journal#processed}, {@link Journal#failed}, {@link
 * Journal#release(PendingEvent)}, {@link Journal#defer} or {@link Journal#dead} is called with this very object.
 */
public final class PendingEvent {
    private final Key key;
    private final long sequence;
    private final Instant acceptedAt;
    private final int epoch;
    private final int attempts;
    private final Failure lastError;
    private final History history;
    private final byte[] payload;

    /** What streams had acknowledged when it was handed out, for {@link Proofs}. */
    final long[] proved;

    /** Where the event is; a copy forward changes it, under the journal's lock. */
    Segment segment;

    long offset;

    /** Whether it is about to be dead: no other outcome counts until that is durable or failed. */
    boolean ending;

    PendingEvent(
            Segment segment,
            long offset,
            Key key,
            long sequence,
            Instant acceptedAt,
            int epoch,
            int attempts,
            Failure lastError,
            History history,
            byte[] payload,
            long[] proved) {
        this.segment = segment;
        this.offset = offset;
        this.key = key;
        this.sequence = sequence;
        this.acceptedAt = acceptedAt;
        this.epoch = epoch;
        this.attempts = attempts;
        this.lastError = lastError;
        this.history = history;
        this.payload = payload;
        this.proved = proved;
    }

    History history() {
        return history;
    }

    public Key key() {
        return key;
    }

    /** Its place in the order of acceptance. */
    public long sequence() {
        return sequence;
    }

    public Instant acceptedAt() {
        return acceptedAt;
    }

    /** How often the event was replayed, 0 at first. */
    public int epoch() {
        return epoch;
    }

    /** Failed attempts of this epoch before this one. */
    public int attempts() {
        return attempts;
    }

    /** Why the attempt before failed, in this epoch or an earlier one; or null. */
    public Failure lastError() {
        return lastError;
    }

    /** The bytes that were appended; the array is the caller's. */
    public byte[] payload() {
        return payload;
    }

    @Override
    public String toString() {
        return "event " + sequence + " key " + key + " epoch " + epoch + " attempts " + attempts;
    }
}
