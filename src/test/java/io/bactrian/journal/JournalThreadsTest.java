package io.bactrian.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The threads of a journal outlive what is thrown in them; when one does not, the journal says so. */
@ExtendWith(QuietJournal.class)
class JournalThreadsTest {
    private static final Executor HERE = Runnable::run;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void the_flusher_goes_on_after_an_error() {
        // Given
        AtomicBoolean once = new AtomicBoolean(true);
        try (Journal journal = Journal.open(JournalTest.small(directory))) {
            journal.addListener(new JournalListener() {
                @Override
                public void appended(int events, long nanos) {
                    if (once.getAndSet(false)) {
                        throw new LinkageError("a bad listener");
                    }
                }
            });
            // When
            CompletableFuture<Appended> first = append(journal, "first");
            // Then
            assertThat(first).succeedsWithin(LONG);
            await().until(() -> append(journal, "second")
                    .handle((ok, refused) -> refused == null)
                    .join());
            assertThat(journal.stats().pending()).isEqualTo(2);
        }
    }

    @Test
    void a_thread_that_ends_makes_the_journal_refuse_and_say_why() throws IOException {
        // Given: a clock that fails where nothing is caught, while the thread looks how long to wait
        AtomicBoolean broken = new AtomicBoolean();
        Clock system = Clock.system();
        Clock clock = new Clock() {
            @Override
            public long millis() {
                return system.millis();
            }

            @Override
            public long nanos() {
                boolean idle = StackWalker.getInstance()
                        .walk(frames ->
                                frames.anyMatch(frame -> frame.getMethodName().equals("idleNanos")));
                if (idle && broken.get()) {
                    throw new LinkageError("a bad clock");
                }
                return system.nanos();
            }
        };
        try (Journal journal = Journal.open(JournalTest.small(directory), DiskStorage.lock(directory), clock)) {
            assertThat(append(journal, "first")).succeedsWithin(LONG);
            // When
            broken.set(true);
            // Then
            await().dontCatchUncaughtExceptions().until(() -> {
                CompletableFuture<Appended> answer = append(journal, "event-" + System.nanoTime());
                return answer.handle((ok, refused) -> refused != null).join();
            });
            assertThat(journal.stats().status()).isEqualTo(JournalStats.Status.READ_ONLY);
            assertThat(journal.stats().reason()).contains("journal-flusher has ended");
            assertThat(journal.next()).isNotNull();
        }
    }

    private static CompletableFuture<Appended> append(Journal journal, String id) {
        return journal.append(Key.of("test", id), new byte[100], HERE)
                .orTimeout(LONG.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    }
}
