package io.bactrian.admin;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import io.bactrian.camel.config.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replays by filter, a small file each, beside the segments they are about. For one thread. */
final class ReplayFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayFiles.class);
    private static final String SUFFIX = ".properties";

    private final Path directory;

    /** @param journal the journal's directory */
    ReplayFiles(Path journal) {
        this.directory = journal.resolve("replays");
    }

    /** @return the replays that were written, the oldest first; one that cannot be read is left out and stays */
    List<Replay> read() {
        List<Replay> replays = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return replays;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(SUFFIX)).forEach(file -> read(file, replays));
        } catch (IOException e) {
            LOG.warn("Replays of earlier runs cannot be read: directory={}", directory, e);
        }
        replays.sort(Comparator.comparing(Replay::startedAt));
        return replays;
    }

    private static void read(Path file, List<Replay> replays) {
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            replays.add(new Replay(properties));
        } catch (IOException | RuntimeException e) {
            LOG.warn("A replay of an earlier run cannot be read: file={}", file, e);
        }
    }

    /** Durable when it returns. */
    void write(Replay replay) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            DurableFile.force(directory.getParent());
        }
        StringWriter text = new StringWriter();
        replay.toProperties().store(text, null);
        DurableFile.write(file(replay), text.toString());
    }

    void delete(Replay replay) {
        try {
            Files.deleteIfExists(file(replay));
        } catch (IOException e) {
            LOG.warn("The file of an old replay stays: {}", e.toString());
        }
    }

    private Path file(Replay replay) {
        return directory.resolve(replay.id() + SUFFIX);
    }
}
