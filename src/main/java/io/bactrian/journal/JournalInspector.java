package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Looks at a journal's directory without changing or locking it, whether a gateway has it open or not. In a running journal files
 * come and go and the last batch is half written, so damage counts only when it is found twice at the same place.
 */
public final class JournalInspector {
    private static final int ATTEMPTS = 5;

    private final Path directory;

    /** @throws JournalException when there is no journal in the directory */
    public JournalInspector(Path directory) {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            throw new JournalException("there is no directory " + directory);
        }
    }

    /** Hears how far an inspection is. */
    public interface Progress {
        /**
         * @param bytes read or passed over
         * @param of all bytes of the files; both begin anew when something has to be read twice
         */
        void read(long bytes, long of);
    }

    /** Reads everything. @throws JournalException when that is not possible at all */
    public JournalReport inspect() {
        return inspect((bytes, of) -> {});
    }

    /**
     * Reads everything.
     *
     * @param progress hears of each megabyte, on the calling thread
     * @throws JournalException when that is not possible at all
     */
    public JournalReport inspect(Progress progress) {
        List<JournalReport.Damage> before = null;
        for (int attempt = 0; ; attempt++) {
            try {
                JournalReport report = read(unused -> {}, progress);
                if (report.damage().isEmpty() || report.damage().equals(before) || attempt == ATTEMPTS) {
                    return report;
                }
                before = report.damage();
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw unreadable(e);
                }
            }
        }
    }

    /** Hands out every record, kept ones first, once. @throws JournalException when that is not possible */
    public void dump(Consumer<StoredRecord> consumer) {
        try {
            read(consumer, (bytes, of) -> {});
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private JournalException unreadable(IOException e) {
        return new JournalException("cannot read the journal in " + directory + ": " + e.getMessage(), e);
    }

    private JournalReport read(Consumer<StoredRecord> consumer, Progress progress) throws IOException {
        ReadOnlyStorage storage = new ReadOnlyStorage(directory);
        Manifest.Content manifest = Manifest.read(storage);
        if (manifest == null) {
            throw new JournalException(
                    "there is no journal in " + directory + ": none of manifest-a, -b, -c is there and readable");
        }
        Core core = core(storage);
        List<JournalReport.Damage> damage = new ArrayList<>();
        try {
            for (Manifest.Entry entry : manifest.entries()) {
                open(core, entry, damage);
            }
            Set<String> cut = damage.stream()
                    .filter(found -> found.from() > 0)
                    .map(JournalReport.Damage::file)
                    .collect(Collectors.toSet());
            RecoveryState state = new RecoveryState(core, manifest.forgottenBelow());
            new LogScan(core.segments, new SegmentScanner(core.config), segment -> cut.contains(segment.name()))
                    .run(
                            visitor(state, consumer, damage, new Meter(core.segments, progress)),
                            (segment, knownEnd) -> {});
            return report(core, state, damage);
        } finally {
            for (Segment segment : core.segments.inOrder()) {
                segment.file.close();
            }
        }
    }

    /** Only its tables are used: nothing is written, and no time is up. */
    private Core core(ReadOnlyStorage storage) {
        JournalConfig defaults = JournalConfig.defaults(directory);
        JournalConfig small = new JournalConfig(
                directory,
                defaults.maxSize(),
                0,
                defaults.segmentSize(),
                defaults.hold(),
                defaults.dedupeWindow(),
                defaults.dedupeMaxKeys(),
                defaults.deadRetention(),
                false,
                64 * 1024);
        return new Core(small, storage, Clock.system(), Runnable::run, System.nanoTime());
    }

    private void open(Core core, Manifest.Entry entry, List<JournalReport.Damage> damage) throws IOException {
        if (!core.storage.exists(entry.name())) {
            damage.add(new JournalReport.Damage(entry.name(), 0, entry.size(), "is missing"));
            return;
        }
        StoredFile file = core.storage.open(entry.name());
        long size = file.size();
        ByteBuffer header = ByteBuffer.allocate(RecordFormat.SEGMENT_HEADER);
        file.read(header, 0);
        if (size < entry.size()) {
            damage.add(new JournalReport.Damage(entry.name(), size, entry.size(), "is cut"));
        } else if (SegmentHeader.decode(header.flip()) == null) {
            damage.add(new JournalReport.Damage(entry.name(), 0, RecordFormat.SEGMENT_HEADER, "has a damaged header"));
        }
        if (size < RecordFormat.SEGMENT_HEADER) {
            file.close();
            return;
        }
        long usable = Math.min(entry.size(), size / RecordFormat.UNIT * RecordFormat.UNIT);
        core.segments.add(entry.cutTo(usable), file);
    }

    /** Where in all files a scan is. */
    private static final class Meter {
        private static final long STEP = 1 << 20;

        private final Progress progress;
        private final long all;
        private Segment current;
        private long before;
        private long told;

        Meter(SegmentTable segments, Progress progress) {
            this.progress = progress;
            this.all = segments.inOrder().stream()
                    .mapToLong(segment -> segment.size)
                    .sum();
        }

        void at(Segment segment, long offset) {
            if (segment != current) {
                before += current == null ? 0 : current.size;
                current = segment;
            }
            if (before + offset - told >= STEP) {
                told = before + offset;
                progress.read(told, all);
            }
        }
    }

    private static SegmentScanner.Visitor visitor(
            RecoveryState state, Consumer<StoredRecord> consumer, List<JournalReport.Damage> damage, Meter meter) {
        return new SegmentScanner.Visitor() {
            @Override
            public void record(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
                consumer.accept(StoredRecord.of(segment, offset, buffer, at));
                meter.at(segment, offset);
                state.record(segment, offset, buffer, at);
            }

            @Override
            public void corrupt(Segment segment, long from, long to, long records) {
                damage.add(new JournalReport.Damage(segment.name(), from, to, "is damaged, records lost: " + records));
            }
        };
    }

    private JournalReport report(Core core, RecoveryState state, List<JournalReport.Damage> damage) throws IOException {
        long[] kinds = new long[16];
        for (int table = 0; table < KeyIndex.TABLES; table++) {
            core.index.sweep(table, (high, low, location) -> {
                kinds[Location.kind(location)]++;
                return true;
            });
        }
        return new JournalReport(
                Manifest.VERSION,
                owner(),
                core.segments.inOrder().stream()
                        .map(segment -> new JournalReport.SegmentReport(
                                segment.name(),
                                kind(segment),
                                segment.size,
                                segment.end,
                                segment.records,
                                segment.pending))
                        .toList(),
                List.copyOf(damage),
                core.segments.pending(),
                kinds[Location.PROCESSED] + kinds[Location.REMEMBERED],
                kinds[Location.DEAD],
                kinds[Location.DISCARDED],
                new OldestPending(core).acceptedAt().orElse(null),
                state.lastSequence());
    }

    private static String kind(Segment segment) {
        return switch (segment.kind) {
            case Segment.KEPT_KEYS -> "keys";
            case Segment.KEPT_DEAD -> "dead";
            case Segment.KEPT_PENDING -> "pending";
            default -> "log";
        };
    }

    private long owner() throws IOException {
        Path lock = directory.resolve("LOCK");
        String text = Files.exists(lock) ? Files.readString(lock).trim() : "";
        if (!text.matches("[0-9]{1,18}")) {
            return 0;
        }
        long pid = Long.parseLong(text);
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) ? pid : 0;
    }
}
