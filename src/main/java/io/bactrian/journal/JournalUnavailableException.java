package io.bactrian.journal;

import java.time.Duration;

/** The journal cannot accept now: the disk is failing or too slow, or the journal is closed. Nothing was accepted. */
public class JournalUnavailableException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public JournalUnavailableException(String message, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    public JournalUnavailableException(String message, Duration retryAfter) {
        this(message, retryAfter, null);
    }

    /** How long a sender should wait, at least one second. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
