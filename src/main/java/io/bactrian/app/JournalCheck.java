package io.bactrian.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.bactrian.jetstream.Finding;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalInspector;
import io.bactrian.journal.JournalReport;

/** The part of {@code check} that reads the journal, as {@code journal verify} does: what is missing of it stops a start. */
final class JournalCheck {

    private static final String CHECK = "journal";
    private static final Set<String> STOPS_A_START = Set.of("is missing", "is cut");

    private JournalCheck() {}

    /** @param progress hears how far it is */
    static List<Finding> run(JournalConfig journal, JournalInspector.Progress progress) {
        Path directory = journal.directory();
        try {
            if (!isJournal(directory)) {
                return List.of(); // the disk's part says whether it can be made
            }
            return findings(journal, new JournalInspector(directory).inspect(progress));
        } catch (JournalException e) {
            return List.of(Finding.error(
                    CHECK,
                    e.getMessage(),
                    "restore the files from a backup, or start once with bactrian run --accept-loss"));
        } catch (IOException e) {
            return List.of(Finding.error(CHECK, directory + " cannot be read: " + e.getMessage(), ""));
        }
    }

    private static boolean isJournal(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "{manifest-?,seg-*.wal}")) {
            return files.iterator().hasNext();
        }
    }

    private static List<Finding> findings(JournalConfig journal, JournalReport report) {
        if (report.owner() != 0 && report.owner() != ProcessHandle.current().pid()) {
            return List.of(Finding.ok(CHECK, journal.directory() + " is open in process " + report.owner()));
        }
        List<Finding> findings = new ArrayList<>();
        for (JournalReport.Damage damage : report.damage()) {
            findings.add(
                    STOPS_A_START.contains(damage.what()) && !journal.acceptLoss()
                            ? Finding.error(
                                    CHECK,
                                    journal.directory() + ": " + JournalText.line(damage) + ": a start is refused",
                                    "restore the file from a backup, or give up what was in it:"
                                            + " bactrian run --accept-loss, once")
                            : Finding.warning(CHECK, journal.directory() + ": " + JournalText.line(damage), ""));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    CHECK,
                    journal.directory() + " is whole, with " + report.pending() + " pending and " + report.dead()
                            + " dead"));
        }
        return findings;
    }
}
