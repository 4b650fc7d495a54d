package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all segments and rebuilds what memory knows. What may not be durable yet, although it can be read, is written again
 * before anything is answered from it.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Core core;
    private final LongSupplier salts;
    private final Map<Segment, Long> batches = new HashMap<>();
    private final AcceptedLoss loss = new AcceptedLoss();
    private Manifest manifest;
    private long lastSequence;
    private long lastTime;

    Recovery(Core core, LongSupplier salts) {
        this.core = core;
        this.salts = salts;
    }

    Manifest manifest() {
        return manifest;
    }

    long nextSequence() {
        return lastSequence + 1;
    }

    /** What was found. */
    Recovered found() {
        return new Recovered(lastSequence, Instant.ofEpochMilli(lastTime), Instant.ofEpochMilli(core.clock.millis()));
    }

    void run() throws IOException {
        List<String> names = core.storage.list();
        Manifest.Content content = current(Manifest.read(core.storage), names);
        int expectedEntries = (int) Math.min(4096, core.config.maxSize() / core.config.segmentSize() * 2 + 64);
        if (content == null) {
            manifest = Manifest.fresh(
                    core.storage,
                    ByteBuffer.allocate(Manifest.KEY_BYTES)
                            .putLong(salts.getAsLong())
                            .putLong(salts.getAsLong())
                            .array(),
                    salvaged(names),
                    expectedEntries);
        } else {
            manifest = Manifest.resume(core.storage, content, expectedEntries);
        }
        // Before anything is done that only this list allows, it must be durable.
        manifest.write(manifest.entries());
        removeOrphans(names);
        openSegments(names);
        List<Segment> tail = scan();
        if (!loss.isEmpty()) {
            core.lostRecords += loss.report(core.config.directory());
            // From now on the journal is whole: the next start meets no hole.
            manifest.write(core.segments.entriesWithout(List.of()));
        }
        rewriteTail(tail);
    }

    /**
     * The manifest, or null when it is not the newest there was: a part of the log that it cannot know yet is written only after a
     * manifest that names it is durable, so that one must be damaged.
     */
    private Manifest.Content current(Manifest.Content content, List<String> names) throws IOException {
        if (content == null) {
            return null;
        }
        for (String name : names) {
            if (!isSegment(name) || name.compareTo(Manifest.name(content.nextOrdinal())) < 0) {
                continue;
            }
            try (StoredFile file = core.storage.open(name)) {
                ByteBuffer start = ByteBuffer.allocate(RecordFormat.SEGMENT_OVERHEAD);
                file.read(start, 0);
                Manifest.Entry entry = SegmentHeader.decode(start.flip());
                if (entry != null
                        && entry.kind() == Segment.LOG
                        && entry.name().equals(name)
                        && RecordFormat.plausible(
                                start, RecordFormat.SEGMENT_HEADER, entry.salt(), RecordFormat.SEGMENT_HEADER)) {
                    LOG.error("journal has a segment that is newer than its manifest segment={}", name);
                    return null;
                }
            }
        }
        return content;
    }

    /** The segments whose headers can be read, when there is no manifest. */
    private List<Manifest.Entry> salvaged(List<String> names) throws IOException {
        List<String> segments =
                names.stream().filter(Recovery::isSegment).sorted().toList();
        if (segments.isEmpty()) {
            return List.of();
        }
        if (!core.config.acceptLoss()) {
            throw new JournalDamagedException("the journal in " + core.config.directory() + " has " + segments.size()
                    + " segments, but its newest manifest (manifest-a, -b or -c) is missing or damaged: restore it, or start"
                    + " once with --accept-loss to go on with the segments that can be read");
        }
        List<Manifest.Entry> entries = new ArrayList<>();
        for (String name : segments) {
            try (StoredFile file = core.storage.open(name)) {
                ByteBuffer header = ByteBuffer.allocate(RecordFormat.SEGMENT_HEADER);
                file.read(header, 0);
                Manifest.Entry entry = SegmentHeader.decode(header.flip());
                if (entry != null && Manifest.name(entry.ordinal()).equals(name)) {
                    entries.add(entry);
                } else {
                    LOG.error("journal cannot use a segment without a readable header segment={}", name);
                }
            }
        }
        LOG.error("journal goes on without its manifest segments={} used={}", segments.size(), entries.size());
        return entries;
    }

    private static boolean isSegment(String name) {
        return name.startsWith("seg-") && name.endsWith(".wal");
    }

    /** Files that the manifest does not name were never used, or are not any more. */
    private void removeOrphans(List<String> names) throws IOException {
        boolean removed = false;
        for (String name : names) {
            boolean known = manifest.entries().stream()
                    .anyMatch(entry -> Manifest.name(entry.ordinal()).equals(name));
            if ((isSegment(name) && !known) || name.endsWith(".tmp")) {
                core.storage.delete(name);
                removed = true;
            }
        }
        if (removed) {
            core.storage.syncDirectory();
        }
    }

    private void openSegments(List<String> names) throws IOException {
        for (Manifest.Entry entry : manifest.entries()) {
            StoredFile file = names.contains(entry.name()) ? core.storage.open(entry.name()) : null;
            long size = file == null ? 0 : file.size();
            if (size >= entry.size() && entry.size() <= Location.MAX_BYTES) {
                core.segments.add(entry, file);
                continue;
            }
            loss.add(
                    entry,
                    entry.name()
                            + (file == null
                                    ? " is missing"
                                    : " has " + Math.min(size, Location.MAX_BYTES) + " of " + entry.size() + " bytes"));
            long usable = Math.min(size, Location.MAX_BYTES) / RecordFormat.UNIT * RecordFormat.UNIT;
            if (core.config.acceptLoss() && usable > RecordFormat.SEGMENT_HEADER) {
                core.segments.add(entry.cutTo(usable), file);
            } else if (file != null) {
                file.close();
            }
        }
        if (!loss.isEmpty() && !core.config.acceptLoss()) {
            throw new JournalDamagedException("the journal in " + core.config.directory() + " is damaged: "
                    + loss.what()
                    + ": restore the files, or start once with --accept-loss to give up what was in them");
        }
    }

    /** Reads all segments and returns those whose last batch may not be durable. */
    private List<Segment> scan() throws IOException {
        SegmentScanner scanner = new SegmentScanner(core.config);
        RecoveryState state = new RecoveryState(core, manifest.forgottenBelow());
        List<Segment> tail = new ArrayList<>();
        new LogScan(core.segments, scanner, loss::concerns).run(state, (segment, knownEnd) -> {
            loss.scanned(segment, scanner.firstSequence(), scanner.lastSequence());
            if (knownEnd != 0) {
                segment.closed = true;
                segment.end = knownEnd;
            } else if (scanner.isEmpty()) {
                core.segments.prepared.add(segment);
            } else if (scanner.endsClean()) {
                // The next batch takes the place of the record that closed it, whose own force may have failed.
                segment.end = scanner.lastBatch();
                core.segments.current = segment;
            } else {
                tail.add(segment);
                batches.put(segment, scanner.lastBatch());
            }
        });
        lastTime = state.lastTime();
        state.finish();
        lastSequence = Math.max(state.lastSequence(), manifest.nextSequence() - 1);
        return tail;
    }

    /**
     * The last batch of a log that was not closed may have been read from the cache only, and after a failed force even a new
     * force would not make it durable. So it is copied to a new file, and the manifest ends the old one before it.
     */
    private void rewriteTail(List<Segment> tail) throws IOException {
        if (tail.isEmpty()) {
            return;
        }
        try (TailCopy copy = new TailCopy(
                core,
                new KeptWriter(
                        core,
                        Segment.KEPT_PENDING,
                        manifest.takeOrdinal(),
                        tail.get(0).position + 1,
                        salts.getAsLong()))) {
            for (Segment segment : tail) {
                copy.copy(segment, batches.get(segment));
            }
            List<Manifest.Entry> entries = core.segments.entriesWithout(List.of());
            if (copy.finish()) {
                entries.add(copy.entry());
            }
            manifest.write(entries);
            copy.apply();
        }
    }
}
