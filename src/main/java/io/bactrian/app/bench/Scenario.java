package io.bactrian.app.bench;

import java.util.Locale;

/** What is measured. */
public enum Scenario {
    /** CloudEvents in binary mode, answered 202 once they are fsynced. */
    ACCEPTED("events answered once they are fsynced"),
    /** The same, answered 201 after the PubAck. */
    PROCESSED("events answered after fsync and PubAck"),
    /** CloudEvents in JSON batches; a rate counts events, a latency is that of a whole batch. */
    BATCH("events in JSON batches, answered once they are fsynced"),
    /** Webhooks with GitHub's signature. */
    WEBHOOK("signed webhooks answered once they are fsynced"),
    /** NATS is away for the middle half of the load; the backlog is delivered when it is back. */
    OUTAGE("events while NATS goes and comes back"),
    /** Each event several times at once, on several connections. */
    DUPLICATES("each event several times at once");

    private final String description;

    Scenario(String description) {
        this.description = description;
    }

    /** @return how the command line writes it */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @return for a person */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return word();
    }
}
