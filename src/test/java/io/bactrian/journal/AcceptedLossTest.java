package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Segments that are missing, empty or cut: refused, or given up and counted. */
class AcceptedLossTest {
    private static final Executor HERE = Runnable::run;
    private static final int EVENTS = 20;
    private static final int PAYLOAD = 200_000;

    @TempDir
    private Path directory;

    private JournalConfig config;
    /** The parts of the log that hold events, in order. */
    private List<Path> segments;

    @BeforeEach
    void twentyEventsInFourSegments() throws IOException {
        config = new JournalConfig(
                directory,
                16 << 20,
                0,
                1 << 20,
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                1000,
                Duration.ofDays(30),
                false,
                2 << 20);
        try (Journal journal = Journal.open(config)) {
            for (int i = 0; i < EVENTS; i++) {
                journal.append(key(i), new byte[PAYLOAD], HERE).join();
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            segments = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".wal")).sorted().toList()) {
                if (firstRecord(file) != 0) {
                    segments.add(file);
                }
            }
        }
        assertThat(segments).hasSize(4);
    }

    private static long firstRecord(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(8);
            channel.read(bytes, RecordFormat.SEGMENT_HEADER);
            return bytes.getLong(0);
        }
    }

    private static Key key(int number) {
        return Key.of("/test", "event-" + number);
    }

    private void refusedWith(String message) {
        assertThatThrownBy(() -> Journal.open(config))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("--accept-loss");
    }

    /** Starts once with the loss accepted, and once more as usual; returns how many events are gone. */
    private long acceptTheLoss(long recordsBesideEvents) {
        long gone;
        try (Journal journal = Journal.open(config.acceptingLoss())) {
            gone = EVENTS - journal.stats().pending();
            assertThat(journal.stats().lostRecords()).isEqualTo(gone + recordsBesideEvents);
        }
        try (Journal journal = Journal.open(config)) {
            assertThat(journal.stats().lostRecords()).isZero();
            assertThat(journal.stats().corruptRecords()).isZero();
            assertThat(journal.stats().pending()).isEqualTo(EVENTS - gone);
            for (PendingEvent event = journal.next(); event != null; event = journal.next()) {
                assertThat(event.payload()).hasSize(PAYLOAD);
            }
            assertThat(journal.append(key(EVENTS), new byte[1], HERE).join().duplicate())
                    .isFalse();
        }
        return gone;
    }

    @Test
    void a_missing_segment_costs_exactly_its_records() throws Exception {
        // Given
        Files.delete(segments.get(2));
        // When, Then
        refusedWith(segments.get(2).getFileName() + " is missing");
        assertThat(acceptTheLoss(1)).isEqualTo(5);
    }

    @Test
    void two_missing_segments_side_by_side_are_one_range() throws Exception {
        // Given
        Files.delete(segments.get(1));
        Files.delete(segments.get(2));
        // When, Then
        refusedWith(segments.get(1).getFileName() + " is missing, "
                + segments.get(2).getFileName() + " is missing");
        assertThat(acceptTheLoss(2)).isEqualTo(10);
    }

    @Test
    void an_empty_segment_is_as_good_as_missing() throws Exception {
        // Given
        cut(segments.get(0), 0);
        // When, Then
        refusedWith("has 0 of " + (1 << 20) + " bytes");
        assertThat(acceptTheLoss(1)).isEqualTo(5);
    }

    @Test
    void a_cut_segment_keeps_what_is_before_the_cut() throws Exception {
        // Given
        cut(segments.get(1), 500_000);
        // When, Then
        refusedWith("has 500000 of " + (1 << 20) + " bytes");
        assertThat(acceptTheLoss(0)).isEqualTo(3);
    }

    @Test
    void what_the_last_segment_held_is_given_up_and_counted_as_at_least_one() throws Exception {
        // Given
        Files.delete(segments.get(3));
        // When, Then
        refusedWith("is missing");
        try (Journal journal = Journal.open(config.acceptingLoss())) {
            assertThat(journal.stats().pending()).isEqualTo(15);
            assertThat(journal.stats().lostRecords()).isEqualTo(1);
        }
    }

    private static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
