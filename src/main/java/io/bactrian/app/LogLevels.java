package io.bactrian.app;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * Levels of loggers from a properties file that is looked at every second, so that they change without a restart: {@code
 * io.bactrian.camel=TRACE}, {@code ROOT=WARN}. A logger that leaves the file, or the file when it is deleted, goes back
 * to its level of before.
 */
final class LogLevels implements AutoCloseable {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevels.class);
    private static final long LOOK_SECONDS = 1;

    private final LoggerContext context;
    private final Path file;
    private final Map<String, Optional<Level>> before = new HashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bactrian-log-levels");
        thread.setDaemon(true);
        return thread;
    });
    private String seen = "";

    LogLevels(LoggerContext context, Path file) {
        this.context = context;
        this.file = file;
    }

    void start() {
        look();
        var unused = clock.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            String text = Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
            if (!text.equals(seen)) {
                seen = text;
                apply(text);
            }
        } catch (IOException | RuntimeException e) {
            // half written or not readable: the next look will tell
            LOG.debug("The levels file cannot be read: file={}", file, e);
        }
    }

    private void apply(String text) throws IOException {
        Map<String, Level> wanted = parse(text);
        before.forEach((name, level) -> {
            if (!wanted.containsKey(name)) {
                logger(name).setLevel(level.orElse(null));
            }
        });
        before.keySet().retainAll(wanted.keySet());
        wanted.forEach((name, level) -> {
            before.computeIfAbsent(name, n -> Optional.ofNullable(logger(n).getLevel()));
            logger(name).setLevel(level);
        });
        LOG.info("Log levels: file={} levels={}", file, wanted);
    }

    private Map<String, Level> parse(String text) throws IOException {
        Properties lines = new Properties();
        try (Reader reader = new StringReader(text)) {
            lines.load(reader);
        }
        Map<String, Level> levels = new TreeMap<>();
        for (String name : lines.stringPropertyNames()) {
            Level level = Level.toLevel(lines.getProperty(name).trim(), null);
            if (level == null) {
                LOG.warn(
                        "Not a level: file={} {}={} (expected OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL)",
                        file,
                        name,
                        lines.getProperty(name));
            } else {
                levels.put(name, level);
            }
        }
        return levels;
    }

    private Logger logger(String name) {
        return context.getLogger(name);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
