package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Whatever the bytes of a journal's files: a start opens what is whole, or says in one line why not. Bytes come from {@code
 * src/test/resources/journal/corpus} (bodies of state records; add what once failed) and from a real journal, damaged by a seed.
 */
@ExtendWith(QuietJournal.class)
class JournalFuzzTest {
    private static final Path CORPUS = Path.of("src", "test", "resources", "journal", "corpus");
    private static final int RECORDS = 50_000;
    private static final int DIRECTORIES = 150;
    private static final int EVENTS = 60;

    @TempDir
    private Path directory;

    private static List<Path> corpus() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> each_body_of_the_corpus_is_read_or_refused() throws IOException {
        return corpus().stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> decode(Files.readAllBytes(file))));
    }

    private static void decode(byte[] body) {
        try {
            StateRecord record = StateRecord.decode(new Key(1, 2), 3, ByteBuffer.wrap(body));
            assertThat(StateRecord.decode(new Key(1, 2), 3, ByteBuffer.wrap(record.encode())))
                    .isEqualTo(record);
            if (record.kind() != Location.FORGOTTEN) {
                assertThat(record.toEventState(true).state()).isNotNull();
            }
        } catch (JournalDamagedException e) {
            assertThat(e).hasMessageContaining("state record");
        }
    }

    @Test
    void a_mutated_state_is_read_or_refused() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (Path file : corpus()) {
            seeds.add(Files.readAllBytes(file));
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < RECORDS; i++) {
            byte[] body = seeds.get(random.nextInt(seeds.size())).clone();
            for (int edits = random.nextInt(1, 4); edits > 0 && body.length > 0; edits--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            decode(body);
        }
    }

    @Test
    void random_bytes_are_no_record() {
        SplittableRandom random = new SplittableRandom(2);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        CRC32C crc = new CRC32C();
        for (int i = 0; i < RECORDS; i++) {
            // Given: the mark is right, so that all the rest is looked at
            random.nextBytes(buffer.array());
            int at = random.nextInt(64) * RecordFormat.UNIT;
            buffer.limit(random.nextInt(at, 4097));
            if (buffer.limit() >= at + 8) {
                buffer.putInt(at + 4, RecordFormat.mark(42, at));
            }
            // When, Then
            assertThat(RecordFormat.valid(buffer, at, 42, at, crc)).isFalse();
        }
    }

    @Test
    void a_damaged_journal_opens_with_what_is_whole_or_refuses_in_one_line() throws IOException {
        damage(1, DIRECTORIES);
    }

    @Test
    @Tag("faults")
    void a_damaged_journal_opens_with_what_is_whole_or_refuses_in_one_line_ten_times_as_often() throws IOException {
        damage(DIRECTORIES + 1, DIRECTORIES * 11);
    }

    private void damage(int first, int last) throws IOException {
        Path original = directory.resolve("original");
        Map<String, StoredRecord> events = write(original);
        int opened = 0;
        for (int seed = first; seed <= last; seed++) {
            Path copy = directory.resolve("copy-" + seed);
            copy(original, copy);
            Damage damage = new Damage(new SplittableRandom(seed), copy);
            damage.apply();
            opened += check(seed, copy, events, damage) ? 1 : 0;
            delete(copy);
        }
        assertThat(opened).isGreaterThan((last - first) / 4);
    }

    /** Opens a damaged journal; returns whether that was possible. */
    private static boolean check(int seed, Path copy, Map<String, StoredRecord> events, Damage damage) {
        try (Journal journal = Journal.open(config(copy))) {
            events.forEach((id, record) -> {
                if (!damage.touches(record)) {
                    EventState state = journal.find(Key.of("/fuzz", id)).orElse(null);
                    assertThat(state).as("seed %d: %s of %s", seed, id, damage).isNotNull();
                    assertThat(journal.payload(Key.of("/fuzz", id))).hasValue(JournalLoad.payload(id));
                }
            });
            for (PendingEvent event = journal.next(); event != null; event = journal.next()) {
                assertThat(event.payload()).isNotEmpty();
            }
            assertThat(journal.append(new Key(seed, seed), new byte[10], Runnable::run)
                            .join()
                            .duplicate())
                    .isFalse();
            return true;
        } catch (JournalException e) {
            assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n");
            return false;
        } catch (RuntimeException e) {
            return fail("seed " + seed + ": " + damage, e);
        }
    }

    private static JournalConfig config(Path directory) {
        JournalConfig defaults = JournalConfig.defaults();
        return new JournalConfig(
                directory,
                16 << 20,
                0,
                1 << 20,
                defaults.hold(),
                defaults.dedupeWindow(),
                100_000,
                defaults.deadRetention(),
                false,
                1 << 20);
    }

    /** A journal with records of all kinds, killed and recovered in between; returns the events and where they are. */
    private static Map<String, StoredRecord> write(Path directory) throws IOException {
        for (int round = 0; round < 3; round++) {
            try (Journal journal = Journal.open(config(directory))) {
                for (int i = round * EVENTS / 3; i < (round + 1) * EVENTS / 3; i++) {
                    String id = "event-" + i;
                    journal.append(Key.of("/fuzz", id), JournalLoad.payload(id), Runnable::run)
                            .join();
                }
                Failure failure = new Failure("refused", "too large", Instant.EPOCH);
                journal.processed(journal.next(), new Published("EVENTS", 1, false, Instant.EPOCH));
                journal.failed(journal.next(), failure, Instant.EPOCH);
                journal.dead(journal.next(), failure, Runnable::run).join();
                journal.discard(Key.of("/fuzz", "event-" + (round * EVENTS / 3 + 9)), "a test", Runnable::run)
                        .join();
                if (round == 1) {
                    copy(directory, directory.resolveSibling("killed"));
                }
            }
            if (round == 1) {
                delete(directory);
                copy(directory.resolveSibling("killed"), directory);
            }
        }
        Map<Key, String> ids = new HashMap<>();
        for (int i = 0; i < EVENTS; i++) {
            ids.put(Key.of("/fuzz", "event-" + i), "event-" + i);
        }
        Map<String, StoredRecord> events = new HashMap<>();
        new JournalInspector(directory).dump(found -> {
            if (found.kind().equals("event")) {
                events.putIfAbsent(ids.get(found.key()), found);
            }
        });
        assertThat(events).hasSize(EVENTS);
        return events;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(f -> !f.toString().endsWith(".tmp")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What is done to the files of one directory: a few flips, overwritten ranges, copied ranges, cuts and new files. */
    private static final class Damage {
        private record Range(String file, long from, long to) {}

        private final SplittableRandom random;
        private final Path directory;
        private final List<Range> ranges = new ArrayList<>();

        Damage(SplittableRandom random, Path directory) {
            this.random = random;
            this.directory = directory;
        }

        void apply() throws IOException {
            List<Path> files;
            try (Stream<Path> all = Files.list(directory)) {
                files = all.filter(f -> !f.endsWith("LOCK")).sorted().toList();
            }
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                Path file = files.get(random.nextInt(files.size()));
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    apply(file.getFileName().toString(), channel);
                }
            }
        }

        private void apply(String name, FileChannel channel) throws IOException {
            // Most of a file is zeros: aim at what is used.
            long end = Math.min(channel.size(), random.nextInt(4) == 0 ? channel.size() : 30_000);
            if (end == 0) {
                return;
            }
            long from = random.nextLong(end);
            int length = (int) Math.min(channel.size() - from, random.nextInt(1, 2_000));
            byte[] bytes = new byte[length];
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> {
                    bytes = new byte[1];
                    channel.read(ByteBuffer.wrap(bytes), from);
                    bytes[0] ^= (byte) (1 << random.nextInt(8));
                }
                case 3, 4 -> random.nextBytes(bytes);
                case 5 -> java.util.Arrays.fill(bytes, (byte) 0xFF);
                case 6, 7 -> channel.read(ByteBuffer.wrap(bytes), random.nextLong(end) / 64 * 64);
                case 8 -> {
                    if (random.nextInt(3) == 0) {
                        channel.truncate(from);
                        ranges.add(new Range(name, from, Long.MAX_VALUE));
                        return;
                    }
                }
                default -> {}
            }
            channel.write(ByteBuffer.wrap(bytes), from);
            ranges.add(new Range(name, from, from + bytes.length));
        }

        boolean touches(StoredRecord record) {
            return ranges.stream()
                    .anyMatch(range -> range.file.equals(record.segment())
                            && range.from < record.offset() + record.bytes()
                            && range.to > record.offset());
        }

        @Override
        public String toString() {
            return ranges.toString();
        }
    }
}
