package io.bactrian.cloudevents;

/** A batch has more elements than the receiver takes. */
public final class BatchTooLargeException extends Exception {
    private final int limit;

    BatchTooLargeException(int limit) {
        super("the batch has more than " + limit + " events");
        this.limit = limit;
    }

    /** The largest number of events a batch may have. */
    public int limit() {
        return limit;
    }
}
