package io.bactrian.camel.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class WatchedFilesTest {

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(WatchedFiles.class);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AtomicReference<String> inForce = new AtomicReference<>();
    private Path file;

    @BeforeEach
    void watch() throws IOException {
        log.start();
        logger.addAppender(log);
        file = Files.writeString(directory.resolve("file"), "good");
        Properties values = new Properties();
        values.setProperty("bactrian.reload-interval", "20ms");
        context.getPropertiesComponent().setOverrideProperties(values);
        context.start();
        WatchedFiles.of(context).watch("file", List.of(file), contents -> use(new String(contents.get(0), UTF_8)));
    }

    @AfterEach
    void stop() {
        context.stop();
        logger.detachAppender(log);
    }

    /** At once, so that nobody reads it before it is written. */
    private void write(String content) throws IOException {
        Path written = Files.writeString(file.resolveSibling("written"), content);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void use(String content) {
        if (content.equals("bad")) {
            throw new IllegalArgumentException("it is bad");
        }
        if (content.equals("too much")) {
            throw new OutOfMemoryError("it is too much");
        }
        inForce.set(content);
    }

    private long said(String words) {
        synchronized (log) { // as it appends
            return log.list.stream()
                    .filter(event -> event.getFormattedMessage().endsWith(words))
                    .count();
        }
    }

    @Test
    void a_fault_that_was_mended_and_comes_again_is_said_again() throws IOException {
        // Given
        write("bad");
        Awaitility.await().until(() -> said("it is bad") == 1);

        // When: what is in force is there again, and then the same fault, however quickly the files are looked at
        // Then
        Awaitility.await().until(() -> {
            write(file.toFile().length() == 3 ? "good" : "bad");
            return said("it is bad") > 1;
        });
        assertThat(inForce).hasValue("good");
    }

    @Test
    void an_error_does_not_end_the_watching() throws IOException {
        // Given
        write("too much");
        Awaitility.await().until(() -> said("it is too much") == 1);

        // When
        write("better");

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(inForce).hasValue("better"));
    }
}
