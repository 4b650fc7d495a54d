package io.bactrian.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys that a person, or a route, makes new again. */
class ForgettingTest {
    private static final Executor HERE = Runnable::run;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    private Journal journal;

    @BeforeEach
    void open() {
        journal = Journal.open(new JournalConfig(
                directory,
                16 << 20,
                0,
                1 << 20,
                JournalConfig.defaults().hold(),
                JournalConfig.defaults().dedupeWindow(),
                1000,
                JournalConfig.defaults().deadRetention(),
                false,
                1 << 20));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void reopen() {
        journal.close();
        open();
    }

    private static Key key(String id) {
        return Key.of("/test", id);
    }

    private Appended append(String id) {
        return journal.append(key(id), id.getBytes(StandardCharsets.UTF_8), HERE)
                .join();
    }

    private void process(String id) {
        append(id);
        journal.processed(journal.next(), new Published("EVENTS", 1, false, NOW));
    }

    private void kill(String id) {
        append(id);
        journal.dead(journal.next(), new Failure("refused", "too large", NOW), HERE)
                .join();
    }

    @Test
    void a_forgotten_key_is_new_again_also_after_a_restart() {
        // Given
        process("a");
        // When
        journal.forget(key("a"), HERE).join();
        // Then
        assertThat(journal.contains(key("a"))).isFalse();
        reopen();
        assertThat(journal.contains(key("a"))).isFalse();
        assertThat(append("a").duplicate()).isFalse();
        assertThat(journal.stats().pending()).isEqualTo(1);
    }

    @Test
    void a_key_without_an_event_can_be_forgotten() {
        // Given
        journal.remember(key("a"), HERE).join();
        // When
        journal.forget(key("a"), HERE).join();
        // Then
        assertThat(journal.contains(key("a"))).isFalse();
    }

    @Test
    void a_pending_a_dead_and_an_unknown_key_are_not_forgotten() {
        // Given
        kill("dead");
        append("pending");
        // When, Then
        for (String id : new String[] {"pending", "dead", "unknown"}) {
            assertThatThrownBy(() -> journal.forget(key(id), HERE).join())
                    .as(id)
                    .hasCauseInstanceOf(JournalException.class);
        }
        assertThat(journal.contains(key("pending"))).isTrue();
        assertThat(journal.contains(key("dead"))).isTrue();
    }

    @Test
    void an_event_that_is_replayed_at_the_same_time_is_not_forgotten() {
        for (int round = 0; round < 50; round++) {
            // Given
            String id = "a" + round;
            process(id);
            // When
            CompletableFuture<EventState> replay = journal.replay(key(id), HERE);
            CompletableFuture<Void> forget = journal.forget(key(id), HERE);
            replay.join();
            forget.exceptionally(refused -> null).join();
            // Then
            PendingEvent again = journal.next();
            assertThat(again.key()).isEqualTo(key(id));
            assertThat(forget).isCompletedExceptionally();
            journal.processed(again, new Published("EVENTS", 2, false, NOW));
        }
    }

    @Test
    void forgetting_all_keeps_pending_and_dead_events_also_after_a_restart() {
        // Given
        process("processed");
        kill("dead");
        append("pending");
        journal.remember(key("remembered"), HERE).join();
        reopen();
        // When
        journal.forgetAll(HERE).join();
        // Then
        for (int restarts = 0; restarts < 2; restarts++) {
            assertThat(journal.contains(key("processed"))).isFalse();
            assertThat(journal.contains(key("remembered"))).isFalse();
            assertThat(journal.find(key("dead")).orElseThrow().state()).isEqualTo(State.DEAD);
            assertThat(journal.find(key("pending")).orElseThrow().state()).isEqualTo(State.ACCEPTED);
            assertThat(journal.stats().pending()).isEqualTo(1);
            reopen();
        }
        assertThat(append("processed").duplicate()).isFalse();
    }

    @Test
    void what_comes_after_forgetting_all_is_remembered() {
        // Given
        journal.forgetAll(HERE).join();
        // When
        process("a");
        reopen();
        // Then
        assertThat(append("a").duplicate()).isTrue();
    }

    @Test
    void a_closed_journal_forgets_nothing() {
        // Given
        process("a");
        journal.close();
        // When, Then
        assertThat(journal.forgetAll(HERE)).isCompletedExceptionally();
    }
}
