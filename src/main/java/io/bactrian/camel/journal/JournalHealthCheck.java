package io.bactrian.camel.journal;

import java.util.Map;

import io.bactrian.camel.HealthEntry;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalStats;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Ready means that the journal accepts: NATS may be away, a disk may not. */
final class JournalHealthCheck extends HealthEntry {

    private final Journal journal;

    JournalHealthCheck(Journal journal) {
        super("journal", Role.READINESS);
        this.journal = journal;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        JournalStats stats = journal.stats();
        builder.detail("pending", stats.pending());
        builder.detail("bytes", stats.bytes());
        builder.detail("capacityBytes", stats.capacityBytes());
        builder.detail("corruptRecords", stats.corruptRecords());
        builder.detail("state", stats.status().name());
        if (stats.status() == JournalStats.Status.OPEN) {
            if (stats.corruptRecords() > 0) {
                builder.message("damaged records were found: " + stats.corruptRecords() + "; see the log");
            }
            builder.up();
        } else {
            builder.message("the journal does not accept events: " + stats.reason());
            builder.down();
        }
    }
}
