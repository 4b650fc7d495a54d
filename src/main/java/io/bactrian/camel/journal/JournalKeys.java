package io.bactrian.camel.journal;

import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;

/** Looks over keys of the journal before it is opened, whose messages know neither key nor file. */
final class JournalKeys {

    private static final int BLOCK = 4096;
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    private JournalKeys() {}

    /** @throws ConfigurationException for the first that cannot be used, naming the key, its value and where it was read */
    static void checkSizes(BactrianConfig config) {
        long segment = config.parse("bactrian.journal.segment-size", JournalKeys::segment);
        config.parse("bactrian.journal.max-size", text -> {
            long max = Values.bytes(text);
            if (max < 4 * segment) {
                throw new IllegalArgumentException("expected at least four times bactrian.journal.segment-size="
                        + config.text("bactrian.journal.segment-size"));
            }
            return max;
        });
    }

    /** @throws ConfigurationException when it is a file, or below one */
    static void checkDirectory(BactrianConfig config) {
        config.parse("bactrian.journal.directory", JournalKeys::directory);
    }

    private static long segment(String text) {
        long bytes = Values.bytes(text);
        if (bytes < MIB || bytes > GIB || bytes % BLOCK != 0) {
            throw new IllegalArgumentException("expected 1MiB to 1GiB, a multiple of 4KiB");
        }
        return bytes;
    }

    private static Path directory(String text) {
        Path directory = Path.of(text);
        for (Path path = directory.toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isDirectory(path)) {
                break;
            }
            if (Files.exists(path)) {
                throw new IllegalArgumentException(path + " is a file; expected a directory, or the path of a new one");
            }
        }
        return directory;
    }
}
