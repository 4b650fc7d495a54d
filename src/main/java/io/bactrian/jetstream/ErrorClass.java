package io.bactrian.jetstream;

/** What to do about a failed publish. */
public enum ErrorClass {
    /** NATS is away, slow, stopping, or did not answer in time; the event may have been stored. */
    TRANSPORT(Retry.FOREVER),
    /** No stream listens on the subject, or there is no JetStream. The event is fine. */
    NO_STREAM(Retry.FOREVER),
    /** The stream or the account is full, or the server asks for less. */
    CAPACITY(Retry.FOREVER),
    /** The cluster has no leader, or is busy with this message. */
    CLUSTER(Retry.FOREVER),
    /** Credentials, permissions, or settings of stream and server that a person has to put right. The event is fine. */
    CONFIGURATION(Retry.FOREVER),
    /** The publisher's own window is full; nothing was sent. */
    WINDOW(Retry.FOREVER),
    /** This event will never be accepted as it is: too large, or an impossible subject or header. */
    EVENT(Retry.NEVER),
    /** Anything not known to this table: retry a number of times, then give the event up with its reason. */
    UNKNOWN(Retry.BOUNDED);

    private enum Retry {
        FOREVER,
        BOUNDED,
        NEVER
    }

    private final Retry retry;

    ErrorClass(Retry retry) {
        this.retry = retry;
    }

    /** Whether the same event can succeed later. */
    public boolean retryable() {
        return retry != Retry.NEVER;
    }

    /** Whether retries have to end some time although the event is {@link #retryable}. */
    public boolean retriesBounded() {
        return retry == Retry.BOUNDED;
    }
}
