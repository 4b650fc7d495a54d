package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JournalInspectorTest {
    private static final Executor HERE = Runnable::run;

    @TempDir
    private Path directory;

    private Journal journal;

    @BeforeEach
    void open() {
        JournalConfig defaults = JournalConfig.defaults(directory);
        journal = Journal.open(new JournalConfig(
                directory,
                64 << 20,
                0,
                1 << 20,
                defaults.hold(),
                defaults.dedupeWindow(),
                1_000_000,
                defaults.deadRetention(),
                false,
                4 << 20));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void append(String id) {
        journal.append(Key.of("/test", id), new byte[1000], HERE).join();
    }

    private void oneOfEach() {
        append("processed");
        journal.processed(journal.next(), new Published("EVENTS", 7, false, Instant.EPOCH));
        append("dead");
        journal.dead(journal.next(), new Failure("refused", "too large", Instant.EPOCH), HERE)
                .join();
        append("discarded");
        journal.discard(Key.of("/test", "discarded"), "a test", HERE).join();
        append("pending");
    }

    private JournalReport inspect() {
        return new JournalInspector(directory).inspect();
    }

    private void assertCounts(JournalReport report) {
        assertThat(report.damage()).isEmpty();
        assertThat(List.of(report.pending(), report.processed(), report.dead(), report.discarded()))
                .containsExactly(1L, 1L, 1L, 1L);
    }

    @Test
    void a_stopped_journal_is_counted_and_not_changed() throws Exception {
        // Given
        oneOfEach();
        journal.close();
        Map<String, FileTime> before = files();
        // When
        JournalReport report = inspect();
        // Then
        assertCounts(report);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void an_inspection_tells_how_far_it_is() {
        // Given
        for (int i = 0; i < 5000; i++) {
            append("event-" + i);
        }
        List<Long> told = new ArrayList<>();
        // When
        new JournalInspector(directory).inspect((bytes, of) -> {
            assertThat(bytes).isLessThanOrEqualTo(of);
            told.add(bytes);
        });
        // Then
        assertThat(told).hasSizeGreaterThan(3).isSorted();
    }

    @Test
    void a_running_journal_is_counted_too_and_names_its_process() {
        // Given
        oneOfEach();
        // When
        JournalReport report = inspect();
        // Then
        assertCounts(report);
        assertThat(report.owner()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void a_journal_under_load_shows_no_damage() throws Exception {
        // Given
        AtomicBoolean loaded = new AtomicBoolean(true);
        Thread load = new Thread(() -> {
            for (int i = 0; loaded.get(); i++) {
                append("load-" + i);
                PendingEvent event = journal.next();
                if (event != null) {
                    journal.processed(event, new Published("EVENTS", i, false, Instant.EPOCH));
                }
            }
        });
        load.start();
        try {
            for (int round = 0; round < 50; round++) {
                // When
                JournalReport report = inspect();
                // Then
                assertThat(report.damage()).isEmpty();
            }
        } finally {
            loaded.set(false);
            load.join();
        }
    }

    @Test
    void damage_is_found_with_its_place() throws Exception {
        // Given
        oneOfEach();
        journal.close();
        List<StoredRecord> records = dump();
        StoredRecord victim = records.stream()
                .filter(found -> found.kind().equals("event"))
                .findFirst()
                .orElseThrow();
        flip(victim.segment(), victim.offset() + 100);
        // When
        JournalReport report = inspect();
        // Then
        assertThat(report.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(victim.segment());
            assertThat(damage.from()).isEqualTo(victim.offset());
            assertThat(damage.to()).isEqualTo(victim.offset() + victim.bytes());
        });
    }

    @Test
    void a_missing_a_cut_and_a_beheaded_file_are_found() throws Exception {
        // Given
        oneOfEach();
        journal.close();
        List<String> names =
                files().keySet().stream().filter(name -> name.endsWith(".wal")).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(2);
        // When
        flip(names.get(0), 20);
        Files.delete(directory.resolve(names.get(1)));
        // Then
        assertThat(inspect().damage())
                .extracting(JournalReport.Damage::what)
                .containsExactly("has a damaged header", "is missing");
        try (FileChannel channel = FileChannel.open(directory.resolve(names.get(0)), StandardOpenOption.WRITE)) {
            channel.truncate(5000);
        }
        assertThat(inspect().damage()).extracting(JournalReport.Damage::what).containsExactly("is cut", "is missing");
    }

    @Test
    void every_record_is_dumped_in_order() {
        // Given
        oneOfEach();
        journal.close();
        // When
        List<StoredRecord> records = dump();
        // Then
        assertThat(records)
                .extracting(StoredRecord::kind)
                .containsOnlyOnce("start", "close", "processed", "dead", "discarded")
                .filteredOn("event"::equals)
                .hasSize(4);
        assertThat(records).extracting(StoredRecord::sequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_directory_without_a_journal_is_refused_in_one_line() {
        assertThatThrownBy(() -> new JournalInspector(directory.resolve("nowhere")))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("there is no directory");
        JournalInspector empty = new JournalInspector(directory.getParent());
        assertThatThrownBy(empty::inspect)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("there is no journal");
    }

    private List<StoredRecord> dump() {
        List<StoredRecord> records = new ArrayList<>();
        new JournalInspector(directory).dump(records::add);
        return records;
    }

    private void flip(String name, long position) throws IOException {
        try (FileChannel channel =
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, position);
        }
    }

    private Map<String, FileTime> files() throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }
}
