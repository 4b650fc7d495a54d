package io.bactrian.journal;

/** Another process has the journal open; the message names directory and process. */
public final class JournalLockedException extends JournalException {
    private static final long serialVersionUID = 1L;

    public JournalLockedException(String message) {
        super(message);
    }
}
