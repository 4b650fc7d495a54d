package io.bactrian.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The reader that {@code docs/journal-format.md} gives reads what the journal writes. */
class JournalFormatTest {
    private static final Executor HERE = Runnable::run;
    private static final Path PAGE = Path.of("docs", "journal-format.md");

    @TempDir
    private Path directory;

    @Test
    void the_documented_reader_reads_every_record() throws Exception {
        assumePython();
        // Given: a journal with records of every type, killed and recovered once, so that it has kept files too
        Path journal = directory.resolve("journal");
        JournalConfig config = JournalConfig.defaults(journal);
        JournalConfig small = new JournalConfig(
                journal,
                8 << 20,
                0,
                1 << 20,
                config.hold(),
                config.dedupeWindow(),
                1000,
                config.deadRetention(),
                false,
                1 << 20);
        try (Journal written = Journal.open(small)) {
            for (int i = 0; i < 10; i++) {
                written.append(Key.of("/test", "event-" + i), new byte[i * 37], HERE)
                        .join();
            }
            written.dead(written.next(), new Failure("refused", "größer", Instant.EPOCH), HERE)
                    .join();
            written.remember(Key.of("/test", "key"), HERE).join();
            copy(journal, directory.resolve("killed"));
        }
        Path killed = directory.resolve("killed");
        Journal.open(new JournalConfig(
                        killed,
                        8 << 20,
                        0,
                        1 << 20,
                        config.hold(),
                        config.dedupeWindow(),
                        1000,
                        config.deadRetention(),
                        false,
                        1 << 20))
                .close();
        for (Path read : List.of(journal, killed)) {
            // When
            List<String> lines = python(read);
            // Then
            List<String> expected = new ArrayList<>();
            new JournalInspector(read).dump(found -> expected.add(line(found)));
            assertThat(expected).hasSizeGreaterThanOrEqualTo(12);
            assertThat(lines).hasSameSizeAs(expected);
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).startsWith(expected.get(i));
            }
        }
    }

    private static String line(StoredRecord found) {
        String key = found.key() == null ? "0".repeat(32) : found.key().toString();
        return switch (found.kind()) {
            case "event" -> found.sequence() + " event " + key + " " + found.payload().length;
            case "start", "close" -> found.sequence() + " " + found.kind() + " " + key;
            default -> found.sequence() + " state " + key;
        };
    }

    private List<String> python(Path journal) throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf("```python\n") + "```python\n".length();
        Path reader = directory.resolve("reader.py");
        Files.writeString(reader, page.substring(from, page.indexOf("```\n", from)));
        Process process = new ProcessBuilder("python3", reader.toString(), journal.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void assumePython() {
        try {
            boolean found = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
            assumeTrue(found, "SKIPPED: python3 does not run");
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException("CI needs python3", e);
            }
            System.err.println("SKIPPED the reader of docs/journal-format.md: python3 is not installed");
            assumeTrue(false, "python3 is not installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
