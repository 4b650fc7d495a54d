package io.bactrian.journal;

/** Files of the journal are missing or cut, or a record in one is damaged; the message says which, and what to do. */
public final class JournalDamagedException extends JournalException {
    private static final long serialVersionUID = 1L;

    public JournalDamagedException(String message) {
        super(message);
    }
}
