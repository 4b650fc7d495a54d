package io.bactrian.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A file of a real disk that is used again under another name. */
@ExtendWith(QuietJournal.class)
class RecycledFileTest {
    private static final long SEGMENT = 64 * 1024;

    @TempDir
    private Path directory;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        JournalConfig config = new JournalConfig(
                directory,
                20 * SEGMENT,
                0,
                SEGMENT,
                Duration.ZERO,
                Duration.ofHours(1),
                1000,
                Duration.ofDays(1),
                false,
                96 * 1024);
        journal = new Journal(
                config, DiskStorage.lock(directory), Clock.system(), tasks::add, new SplittableRandom(1)::nextLong);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void work() {
        boolean more = true;
        while (more) {
            boolean flushed = journal.flushStep();
            more = journal.upkeepStep() || flushed || !tasks.isEmpty();
            while (!tasks.isEmpty()) {
                tasks.poll().run();
            }
        }
    }

    private void append(String id) {
        var appended = journal.append(Key.of("/test", id), new byte[4000], Runnable::run);
        while (!appended.isDone()) {
            work();
        }
        appended.join();
    }

    /** The names of segments by the file itself, which outlives them. */
    private Map<Object, String> files() throws IOException {
        Map<Object, String> files = new HashMap<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                files.put(
                        Files.getAttribute(path, "unix:ino"), path.getFileName().toString());
            }
        }
        return files;
    }

    @Test
    void a_reader_that_is_interrupted_leaves_it_to_the_next_one() throws IOException {
        // Given: files that were used, let go of, and used again
        for (int i = 0; i < 60; i++) {
            append("first-" + i);
        }
        Map<Object, String> before = files();
        for (PendingEvent event = journal.next(); event != null; event = journal.next()) {
            journal.processed(event, new Published("EVENTS", event.sequence(), false, Instant.EPOCH));
        }
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            append("second-" + i);
            keys.add(Key.of("/test", "second-" + i));
        }
        Map<Object, String> after = files();
        assertThat(before).anySatisfy((file, name) -> assertThat(after.getOrDefault(file, name))
                .isNotEqualTo(name));

        for (Key key : keys) {
            // When
            Thread.currentThread().interrupt();
            byte[] interrupted = journal.payload(key).orElseThrow();
            assertThat(Thread.interrupted()).isTrue();

            // Then
            assertThat(journal.payload(key)).hasValue(interrupted);
        }
    }
}
