package io.bactrian.journal;

/** What became of an event. */
public enum State {
    /** Durable here and waiting to be processed. */
    ACCEPTED,
    /** Handed on, with proof. */
    PROCESSED,
    /** Given up with a reason, kept until it is replayed, discarded or too old. */
    DEAD,
    /** Given up by a person. */
    DISCARDED
}
