package io.bactrian.jetstream;

import java.util.concurrent.CompletableFuture;

/** One publish on its way. Compared by identity: the same message may be on its way twice. */
final class InFlight {
    private final String subject;
    private final long bytes;
    private final long deadlineNanos;
    private final CompletableFuture<PubAck> result = new CompletableFuture<>();
    /** Given by the {@link PublishWindow}, under its lock. */
    long number;

    InFlight(String subject, long bytes, long deadlineNanos) {
        this.subject = subject;
        this.bytes = bytes;
        this.deadlineNanos = deadlineNanos;
    }

    String subject() {
        return subject;
    }

    long bytes() {
        return bytes;
    }

    /** By {@link System#nanoTime}. */
    boolean expired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    CompletableFuture<PubAck> result() {
        return result;
    }
}
