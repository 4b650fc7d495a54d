package io.bactrian.journal;

/** The events are larger than the journal ever takes at once; a later try will not succeed. Nothing was accepted. */
public final class JournalTooLargeException extends JournalException {
    private static final long serialVersionUID = 1L;

    public JournalTooLargeException(String message) {
        super(message);
    }
}
