package io.bactrian.journal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** For tests that break a disk thousands of times: the journal says nothing. */
final class QuietJournal implements BeforeEachCallback, AfterEachCallback {

    private final Logger journalLog = (Logger) LoggerFactory.getLogger(Journal.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        journalLog.setLevel(Level.OFF);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        journalLog.setLevel(null);
    }
}
