package io.bactrian.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

/** So many questions wait for the disk that no more are taken: what nobody asks twice is done all the same. */
class BusyWorkerTest {
    private static final Executor HERE = Runnable::run;
    private static final Key ASKED = Key.of("test", "asked");

    @TempDir
    private Path directory;

    private final CountDownLatch held = new CountDownLatch(1);
    private Journal journal;

    @BeforeEach
    void open() {
        journal = Journal.open(JournalTest.small(directory));
        append(ASKED);
    }

    @AfterEach
    void close() {
        held.countDown();
        journal.close();
    }

    @Test
    void a_consumer_is_woken() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        PendingEvent event = journal.next();
        journal.onAvailable(calls::incrementAndGet);
        assertThat(journal.next()).isNull();
        keepBusy();
        // When
        journal.release(event);
        // Then
        held.countDown();
        await().untilAtomic(calls, equalTo(1));
        assertThat(journal.next().key()).isEqualTo(ASKED);
    }

    @Test
    void a_change_of_status_is_told() {
        // Given
        List<JournalStats.Status> told = new CopyOnWriteArrayList<>();
        journal.addListener(new JournalListener() {
            @Override
            public void statusChanged(JournalStats.Status status, String reason) {
                told.add(status);
            }
        });
        keepBusy();
        // When
        CompletableFuture<Appended> answer = null;
        for (int i = 0; i < 100; i++) {
            answer = journal.append(Key.of("test", "event-" + i), new byte[200_000], HERE);
            answer.handle((ok, refused) -> null).orTimeout(30, TimeUnit.SECONDS).join();
        }
        // Then
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(JournalFullException.class);
        held.countDown();
        await().until(() -> told.equals(List.of(JournalStats.Status.FULL)));
    }

    @Test
    void an_answer_that_its_own_executor_refuses_is_given() {
        // Given
        keepBusy();
        // When
        CompletableFuture<Appended> refusing = journal.append(Key.of("test", "a"), new byte[1], task -> {
            throw new RejectedExecutionException("closed");
        });
        CompletableFuture<Appended> failing = journal.append(Key.of("test", "b"), new byte[1], task -> {
            throw new IllegalStateException("no thread");
        });
        // Then: others are not disturbed
        append(Key.of("test", "c"));
        assertThat(refusing).isNotDone();
        held.countDown();
        assertThat(refusing).succeedsWithin(Duration.ofSeconds(30));
        assertThat(failing).succeedsWithin(Duration.ofSeconds(30));
    }

    private void append(Key key) {
        CompletableFuture<Appended> answer = journal.append(key, new byte[1], HERE);
        assertThat(answer).succeedsWithin(Duration.ofSeconds(30));
    }

    /** The first question is answered when the test lets go, and then the others that wait behind it. */
    private void keepBusy() {
        var first = journal.durable(ASKED, task -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            task.run();
        });
        CompletableFuture<Appended> refused = first;
        for (int i = 0; !refused.isCompletedExceptionally(); i++) {
            assertThat(i).isLessThan(2 * Core.MAX_WAITING);
            refused = journal.durable(ASKED, HERE);
        }
        assertThat(first).isNotDone();
    }
}
