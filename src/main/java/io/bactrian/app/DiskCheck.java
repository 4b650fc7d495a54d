package io.bactrian.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.bactrian.jetstream.Finding;
import io.bactrian.journal.JournalConfig;

/**
 * The part of {@code check} that looks at the journal's disk: it writes, forces and deletes one small file, takes no lock
 * and touches nothing else, so that a gateway may run on the directory.
 */
final class DiskCheck {

    private static final String CHECK = "disk";
    private static final int FORCES = 9;
    private static final int BLOCK = 4096;
    private static final double SLOW_MILLIS = 50;
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    private final JournalConfig journal;
    private final List<Finding> findings = new ArrayList<>();

    private DiskCheck(JournalConfig journal) {
        this.journal = journal;
    }

    static List<Finding> run(JournalConfig journal) {
        DiskCheck check = new DiskCheck(journal);
        try {
            check.directory();
        } catch (IOException e) {
            check.findings.add(Finding.error(
                    CHECK,
                    "bactrian.journal.directory=" + journal.directory() + ": cannot be written: " + reason(e),
                    "give this user a directory it may write, or set bactrian.journal.directory"));
        }
        return check.findings;
    }

    private static String reason(IOException e) {
        if (e.getClass() == IOException.class) {
            return e.getMessage();
        }
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
    }

    private void directory() throws IOException {
        Path directory = journal.directory().toAbsolutePath();
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
            throw new IOException(existing + " is a file");
        }
        double[] millis = force(existing);
        findings.add(speed(millis, existing.equals(directory)));
        space(Files.getFileStore(existing), existing.equals(directory) ? used(directory) : 0);
    }

    /** The name is one that a starting journal tidies away, should this process die here. */
    private static double[] force(Path directory) throws IOException {
        Path file = directory.resolve("check-" + ProcessHandle.current().pid() + ".tmp");
        double[] millis = new double[FORCES];
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            for (int i = 0; i < FORCES; i++) {
                channel.write(ByteBuffer.allocate(BLOCK), (long) i * BLOCK);
                long start = System.nanoTime();
                channel.force(false);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private Finding speed(double[] millis, boolean there) {
        double median = millis[FORCES / 2];
        String text = String.format(
                Locale.ROOT,
                "%s can be written%s; an fsync takes %.1f ms, the slowest of %d took %.1f ms",
                journal.directory(),
                there ? "" : " (it will be made)",
                median,
                FORCES,
                millis[FORCES - 1]);
        return median > SLOW_MILLIS
                ? Finding.warning(
                        CHECK,
                        text + ": each event waits for one before it is accepted",
                        "put bactrian.journal.directory on a faster disk")
                : Finding.ok(CHECK, text);
    }

    private static long used(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private void space(FileStore store, long used) throws IOException {
        long free = store.getUsableSpace();
        String text = size(free) + " free";
        if (free < journal.minFree() + journal.segmentSize()) {
            findings.add(Finding.error(
                    CHECK,
                    text + ", less than bactrian.journal.min-free and one segment ("
                            + size(journal.minFree() + journal.segmentSize())
                            + "): events are answered 503 journal-full",
                    "free space, or lower bactrian.journal.min-free"));
        } else if (free + used < journal.maxSize() + journal.minFree()) {
            findings.add(Finding.warning(
                    CHECK,
                    text + ": the disk is full before the journal is (bactrian.journal.max-size "
                            + size(journal.maxSize()) + " and min-free " + size(journal.minFree()) + ")",
                    "set bactrian.journal.max-size to "
                            + Math.max(4 * journal.segmentSize() / MIB, (free + used - journal.minFree()) / MIB)
                            + "MiB or less"));
        } else {
            findings.add(Finding.ok(CHECK, text + ", the journal may use " + size(journal.maxSize())));
        }
        if (store.type().equals("tmpfs") || store.type().equals("ramfs")) {
            findings.add(Finding.warning(
                    CHECK,
                    journal.directory() + " is in memory (" + store.type() + "): a restart of the machine loses events",
                    "set bactrian.journal.directory to a disk"));
        }
    }

    private static String size(long bytes) {
        return bytes >= GIB
                ? String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB)
                : String.format(Locale.ROOT, "%d MiB", bytes / MIB);
    }
}
