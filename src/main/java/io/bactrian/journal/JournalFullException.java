package io.bactrian.journal;

import java.time.Duration;

/** The quota, or the disk, has no room for another event; it will when older ones are processed. Nothing was accepted. */
public final class JournalFullException extends JournalUnavailableException {
    private static final long serialVersionUID = 1L;

    public JournalFullException(String message, Duration retryAfter) {
        super(message, retryAfter);
    }
}
