package io.bactrian.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * A key that is being accepted: a promise in memory that only one event of this key is appended. It dies with the process, or
 * with {@link Journal#release}.
 */
public final class Reservation {
    enum Phase {
        RESERVED,
        APPENDED,
        DONE
    }

    private final Key key;
    private final Reservation original;
    private final boolean isNew;

    Phase phase = Phase.RESERVED;
    long sequence;
    long acceptedAt;
    int offsetInBatch;
    Completion<Appended> completion;
    private List<Completion<Appended>> joined = List.of();

    private Reservation(Key key, Reservation original, boolean isNew) {
        this.key = key;
        this.original = original;
        this.isNew = isNew;
    }

    static Reservation first(Key key) {
        return new Reservation(key, null, true);
    }

    /** Of a key that is taken: by a reservation that is not durable yet, or by a durable event (null). */
    static Reservation duplicate(Key key, Reservation original) {
        return new Reservation(key, original, false);
    }

    public Key key() {
        return key;
    }

    /** Whether the key was free; if not, there is an original, durable or still in flight. */
    public boolean isNew() {
        return isNew;
    }

    /** For a duplicate: whether its original was not yet durable when this was reserved. */
    public boolean originalInFlight() {
        return original != null;
    }

    void join(Completion<Appended> duplicate) {
        if (joined.isEmpty()) {
            joined = new ArrayList<>(2);
        }
        joined.add(duplicate);
    }

    void succeed(Completions completions) {
        phase = Phase.DONE;
        if (completion != null) {
            completions.add(completion.succeeded(appended(false)));
        }
        for (Completion<Appended> duplicate : joined) {
            completions.add(duplicate.succeeded(appended(true)));
        }
    }

    void fail(Throwable cause, Completions completions) {
        phase = Phase.DONE;
        if (completion != null) {
            completions.add(completion.failed(cause));
        }
        for (Completion<Appended> duplicate : joined) {
            completions.add(duplicate.failed(cause));
        }
    }

    private Appended appended(boolean duplicate) {
        return new Appended(key, sequence, java.time.Instant.ofEpochMilli(acceptedAt), duplicate);
    }
}
