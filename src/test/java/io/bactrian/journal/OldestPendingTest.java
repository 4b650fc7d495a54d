package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** All in one segment, whose first event is always older. */
class OldestPendingTest {
    private static final Published PUBLISHED = new Published("EVENTS", 42, false, Instant.EPOCH);

    @TempDir
    private Path directory;

    private Journal journal;

    @BeforeEach
    void open() {
        journal = Journal.open(JournalConfig.defaults(directory));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    /** Accepts an event at another millisecond than the one before. */
    private Instant accept(String id) {
        Instant at = journal.append(Key.of("/test", id), id.getBytes(StandardCharsets.UTF_8), Runnable::run)
                .join()
                .acceptedAt();
        await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().isAfter(at.plusMillis(1)));
        return at;
    }

    @Test
    void it_is_the_event_that_waits_longest_and_not_the_first_of_its_segment() {
        // Given
        accept("first");
        journal.processed(journal.next(), PUBLISHED);

        // When
        Instant second = accept("second");
        accept("third");

        // Then
        assertThat(journal.oldestPendingAt()).hasValue(second);
    }

    @Test
    void what_is_in_flight_or_deferred_is_pending_too() {
        // Given
        accept("first");
        Instant second = accept("second");
        Instant third = accept("third");
        Instant fourth = accept("fourth");
        journal.processed(journal.next(), PUBLISHED);
        PendingEvent secondEvent = journal.next();
        PendingEvent thirdEvent = journal.next();

        // When
        var inFlight = journal.oldestPendingAt();
        journal.processed(secondEvent, PUBLISHED);
        journal.defer(thirdEvent, 1);
        var deferred = journal.oldestPendingAt();
        journal.processed(journal.next(1), PUBLISHED);
        var ready = journal.oldestPendingAt();
        journal.processed(journal.next(), PUBLISHED);
        var none = journal.oldestPendingAt();

        // Then
        assertThat(inFlight).hasValue(second);
        assertThat(deferred).hasValue(third);
        assertThat(ready).hasValue(fourth);
        assertThat(none).isEmpty();
    }

    @Test
    void a_restart_and_a_look_from_outside_find_the_same() {
        // Given
        accept("first");
        journal.processed(journal.next(), PUBLISHED);
        Instant second = accept("second");
        journal.close();

        // When
        JournalReport report = new JournalInspector(directory).inspect();
        journal = Journal.open(JournalConfig.defaults(directory));

        // Then
        assertThat(report.oldestPendingAt()).isEqualTo(second);
        assertThat(journal.oldestPendingAt()).hasValue(second);
    }

    @Test
    void an_event_that_is_replayed_is_as_old_as_it_is() {
        // Given
        Instant first = accept("first");
        journal.processed(journal.next(), PUBLISHED);
        accept("second");

        // When
        journal.replay(Key.of("/test", "first"), Runnable::run).join();

        // Then
        assertThat(journal.oldestPendingAt()).hasValue(first);
    }
}
