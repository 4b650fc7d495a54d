package io.bactrian.journal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class JournalTest {
    private static final Executor HERE = Runnable::run;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Failure FAILURE = new Failure("timeout", "no PubAck within 5s", NOW);
    private static final Published PUBLISHED = new Published("EVENTS", 42, false, NOW);

    @TempDir
    private Path directory;

    private JournalConfig config;
    private Journal journal;

    @BeforeEach
    void open() {
        config = small(directory.resolve("journal"));
        journal = Journal.open(config);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void an_appended_event_is_accepted_and_delivered() {
        // When
        Appended appended = append("a");
        // Then
        assertThat(appended.duplicate()).isFalse();
        PendingEvent event = journal.next();
        assertThat(event.key()).isEqualTo(key("a"));
        assertThat(event.payload()).isEqualTo(bytes("a"));
        assertThat(event.sequence()).isEqualTo(appended.sequence());
        assertThat(event.acceptedAt()).isEqualTo(appended.acceptedAt());
        assertThat(event.attempts()).isZero();
        assertThat(journal.next()).isNull();
        EventState state = journal.find(key("a")).orElseThrow();
        assertThat(state.state()).isEqualTo(State.ACCEPTED);
        assertThat(journal.payload(key("a"))).hasValue(bytes("a"));
    }

    @Test
    void events_are_delivered_in_the_order_of_acceptance_also_after_a_restart() {
        // Given
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            names.add("event-" + i);
        }
        List<CompletableFuture<Appended>> all = new ArrayList<>();
        names.forEach(name -> all.add(journal.append(key(name), bytes(name), HERE)));
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        // When
        reopen();
        // Then
        for (String name : names) {
            assertThat(journal.next().payload()).isEqualTo(bytes(name));
        }
        assertThat(journal.next()).isNull();
        assertThat(journal.stats().pending()).isEqualTo(5000);
        assertThat(journal.stats().inFlight()).isEqualTo(5000);
    }

    @Test
    void a_second_append_of_a_key_is_a_duplicate_of_the_first() {
        // Given
        Appended original = append("a");
        // When
        Appended duplicate = journal.append(key("a"), bytes("other"), HERE).join();
        // Then
        assertThat(duplicate).isEqualTo(new Appended(original.key(), original.sequence(), original.acceptedAt(), true));
        journal.next();
        assertThat(journal.next()).isNull();
    }

    @Test
    void a_key_is_a_duplicate_after_a_restart_too() {
        // Given
        Appended original = append("a");
        PendingEvent event = journal.next();
        journal.processed(event, PUBLISHED);
        // When
        reopen();
        // Then
        Reservation reservation = journal.reserve(key("a"));
        assertThat(reservation.isNew()).isFalse();
        assertThat(reservation.originalInFlight()).isFalse();
        assertThat(journal.append(reservation, bytes("a"), HERE).join().sequence())
                .isEqualTo(original.sequence());
        assertThat(journal.next()).isNull();
        EventState state = journal.find(key("a")).orElseThrow();
        assertThat(state.state()).isEqualTo(State.PROCESSED);
        assertThat(state.published()).isEqualTo(PUBLISHED);
        assertThat(state.payloadKept()).isTrue();
    }

    @Test
    void a_duplicate_in_flight_completes_with_its_original() {
        // Given
        Reservation original = journal.reserve(key("a"));
        Reservation duplicate = journal.reserve(key("a"));
        CompletableFuture<Appended> waiting = journal.append(duplicate, bytes("a"), HERE);
        CompletableFuture<Appended> alsoWaiting = journal.durable(key("a"), HERE);
        assertThat(waiting).isNotDone();
        // When
        Appended appended = journal.append(original, bytes("a"), HERE).join();
        // Then
        assertThat(duplicate.isNew()).isFalse();
        assertThat(duplicate.originalInFlight()).isTrue();
        assertThat(waiting.join().sequence()).isEqualTo(appended.sequence());
        assertThat(waiting.join().duplicate()).isTrue();
        assertThat(alsoWaiting.join().duplicate()).isTrue();
    }

    @Test
    void a_released_reservation_fails_those_who_wait_and_frees_the_key() {
        // Given
        Reservation original = journal.reserve(key("a"));
        CompletableFuture<Appended> waiting = journal.durable(key("a"), HERE);
        // When
        journal.release(original, new IllegalStateException("the route failed"));
        // Then
        assertThatThrownBy(waiting::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the route failed");
        assertThat(journal.contains(key("a"))).isFalse();
        assertThat(journal.reserve(key("a")).isNew()).isTrue();
        assertThat(journal.append(original, bytes("a"), HERE)).isCompletedExceptionally();
    }

    @Test
    void a_release_after_the_append_does_nothing() {
        // Given
        Reservation reservation = journal.reserve(key("a"));
        journal.append(reservation, bytes("a"), HERE).join();
        // When
        journal.release(reservation, new IllegalStateException("late"));
        // Then
        assertThat(journal.contains(key("a"))).isTrue();
        assertThat(journal.next()).isNotNull();
    }

    @Test
    void a_refused_append_ends_its_reservation_and_frees_the_key() {
        aRefusalFreesTheKey(original -> journal.append(original, bytes("a"), HERE));
    }

    @Test
    void a_refused_confirmation_ends_its_reservation_and_frees_the_key() {
        aRefusalFreesTheKey(original -> journal.remember(original.key(), HERE));
    }

    private void aRefusalFreesTheKey(Function<Reservation, CompletableFuture<?>> use) {
        // Given
        Reservation original = journal.reserve(key("a"));
        CompletableFuture<Appended> waiting = journal.durable(key("a"), HERE);
        journal.close();
        // When
        CompletableFuture<?> refused = use.apply(original);
        // Then
        assertThat(refused).isCompletedExceptionally();
        assertThatThrownBy(refused::join).hasRootCauseInstanceOf(JournalUnavailableException.class);
        assertThat(waiting).isCompletedExceptionally();
        assertThatThrownBy(waiting::join).hasRootCauseInstanceOf(JournalUnavailableException.class);
        assertThat(journal.contains(key("a"))).isFalse();
    }

    @Test
    void a_batch_is_accepted_together_and_its_repeats_are_duplicates() {
        // Given
        append("known");
        // When
        List<Appended> answers = journal.appendAll(List.of(event("a"), event("known"), event("b"), event("a")), HERE)
                .join();
        // Then
        assertThat(answers).extracting(Appended::duplicate).containsExactly(false, true, false, true);
        assertThat(answers.get(3).sequence()).isEqualTo(answers.get(0).sequence());
        assertThat(List.of(journal.next(), journal.next(), journal.next()))
                .extracting(PendingEvent::key)
                .containsExactly(key("known"), key("a"), key("b"));
    }

    @Test
    void a_batch_that_cannot_be_taken_is_refused_as_a_whole() {
        // Given
        byte[] large = new byte[config.maxPayload() - 1000];
        // When
        CompletableFuture<List<Appended>> answer = journal.appendAll(
                List.of(event("a"), new NewEvent(key("b"), large), new NewEvent(key("c"), large)), HERE);
        // Then
        assertThatThrownBy(answer::join).hasCauseInstanceOf(JournalException.class);
        assertThat(journal.contains(key("a"))).isFalse();
        assertThat(journal.contains(key("b"))).isFalse();
    }

    @Test
    void an_event_that_failed_comes_again_first_and_says_why() {
        // Given
        append("a");
        append("b");
        PendingEvent first = journal.next();
        // When
        journal.failed(first, FAILURE, NOW.plusSeconds(1));
        // Then
        EventState state = journal.find(key("a")).orElseThrow();
        assertThat(state.attempts()).isEqualTo(1);
        assertThat(state.lastError()).isEqualTo(FAILURE);
        assertThat(state.nextAttemptAt()).isEqualTo(NOW.plusSeconds(1));
        PendingEvent again = journal.next();
        assertThat(again.key()).isEqualTo(key("a"));
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.lastError()).isEqualTo(FAILURE);
        assertThat(journal.next().key()).isEqualTo(key("b"));
    }

    @Test
    void attempts_survive_a_restart() {
        // Given
        append("a");
        journal.failed(journal.next(), FAILURE, null);
        journal.failed(journal.next(), FAILURE, null);
        // When
        reopen();
        // Then
        assertThat(journal.next().attempts()).isEqualTo(2);
        assertThat(journal.next()).isNull();
    }

    @Test
    void a_released_event_comes_again_without_an_attempt() {
        // Given
        append("a");
        // When
        journal.release(journal.next());
        // Then
        assertThat(journal.next().attempts()).isZero();
    }

    @Test
    void an_outcome_reported_twice_counts_once() {
        // Given
        append("a");
        append("b");
        PendingEvent event = journal.next();
        // When
        journal.processed(event, PUBLISHED);
        journal.processed(event, PUBLISHED);
        journal.failed(event, FAILURE, null);
        // Then
        assertThat(journal.stats().pending()).isEqualTo(1);
        assertThat(journal.next().key()).isEqualTo(key("b"));
        assertThat(journal.find(key("a")).orElseThrow().state()).isEqualTo(State.PROCESSED);
    }

    @Test
    void a_dead_event_keeps_reason_and_payload_and_can_be_replayed() {
        // Given
        append("a");
        journal.dead(journal.next(), FAILURE, HERE).join();
        reopen();
        EventState dead = journal.find(key("a")).orElseThrow();
        assertThat(dead.state()).isEqualTo(State.DEAD);
        assertThat(dead.lastError()).isEqualTo(FAILURE);
        assertThat(dead.attempts()).isEqualTo(1);
        assertThat(journal.stats().dead()).isEqualTo(1);
        assertThat(journal.next()).isNull();
        // When
        EventState replayed = journal.replay(key("a"), HERE).join();
        // Then
        assertThat(replayed.state()).isEqualTo(State.ACCEPTED);
        assertThat(replayed.epoch()).isEqualTo(1);
        assertThat(journal.stats().dead()).isZero();
        reopen();
        PendingEvent event = journal.next();
        assertThat(event.epoch()).isEqualTo(1);
        assertThat(event.attempts()).isZero();
        assertThat(event.payload()).isEqualTo(bytes("a"));
    }

    @Test
    void two_replays_at_once_make_one_delivery() {
        // Given
        append("a");
        journal.processed(journal.next(), PUBLISHED);
        // When
        CompletableFuture<EventState> one = journal.replay(key("a"), HERE);
        CompletableFuture<EventState> two = journal.replay(key("a"), HERE);
        one.join();
        await().until(two::isDone);
        // Then
        assertThat(journal.next()).isNotNull();
        assertThat(journal.next()).isNull();
        assertThat(journal.stats().pending()).isEqualTo(1);
    }

    @Test
    void a_discarded_event_is_not_delivered() {
        // Given
        append("a");
        append("b");
        PendingEvent inFlight = journal.next();
        // When
        journal.discard(key("a"), "a test event", HERE).join();
        journal.discard(key("b"), "a test event", HERE).join();
        journal.processed(inFlight, PUBLISHED);
        // Then
        reopen();
        assertThat(journal.next()).isNull();
        assertThat(journal.stats().pending()).isZero();
        EventState state = journal.find(key("a")).orElseThrow();
        assertThat(state.state()).isEqualTo(State.DISCARDED);
        assertThat(state.lastError().message()).isEqualTo("a test event");
    }

    @Test
    void an_event_is_in_flight_until_it_is_discarded_also_when_it_is_replayed_then() {
        // Given
        append("a");
        PendingEvent event = journal.next();
        assertThat(journal.isInFlight(event)).isTrue();
        // When
        journal.discard(key("a"), "a test event", HERE).join();
        // Then
        assertThat(journal.isInFlight(event)).isFalse();
        journal.replay(key("a"), HERE).join();
        PendingEvent again = journal.next();
        assertThat(journal.isInFlight(again)).isTrue();
        assertThat(journal.isInFlight(event)).isFalse();
    }

    @Test
    void what_is_discarded_stays_so_although_its_delivery_gives_it_up_before_the_fsync() {
        // Given
        SimulatedJournal world = new SimulatedJournal(SimulatedJournal.config());
        world.append("a");
        PendingEvent inFlight = world.journal.next();
        // When
        CompletableFuture<EventState> discarded = world.journal.discard(inFlight.key(), "a test event", HERE);
        world.workOnTasks();
        CompletableFuture<Void> dead = world.journal.dead(inFlight, FAILURE, HERE);
        world.work();
        // Then
        assertThat(discarded.join().state()).isEqualTo(State.DISCARDED);
        assertThat(world.journal.find(inFlight.key()).orElseThrow().state()).isEqualTo(State.DISCARDED);
        assertThat(dead).isCompletedExceptionally();
        world.cutPower();
        assertThat(world.journal.find(inFlight.key()).orElseThrow().state()).isEqualTo(State.DISCARDED);
        assertThat(world.journal.stats().pending()).isZero();
        assertThat(world.journal.stats().inFlight()).isZero();
    }

    @Test
    void who_waits_learns_that_an_event_is_settled() {
        // Given
        append("a");
        append("b");
        CompletableFuture<State> first = journal.settled(key("a"), HERE);
        CompletableFuture<State> cancelled = journal.settled(key("a"), HERE);
        CompletableFuture<State> second = journal.settled(key("b"), HERE);
        cancelled.cancel(false);
        // When
        journal.processed(journal.next(), PUBLISHED);
        journal.dead(journal.next(), FAILURE, HERE).join();
        // Then
        assertThat(first.join()).isEqualTo(State.PROCESSED);
        assertThat(second.join()).isEqualTo(State.DEAD);
        assertThat(journal.settled(key("a"), HERE).join()).isEqualTo(State.PROCESSED);
        assertThat(journal.settled(key("c"), HERE)).isCompletedExceptionally();
    }

    @Test
    void a_remembered_key_is_known_after_a_restart() {
        // Given
        journal.reserve(key("a"));
        // When
        journal.remember(key("a"), HERE).join();
        journal.remember(key("b"), HERE).join();
        journal.remember(key("b"), HERE).join();
        // Then
        reopen();
        assertThat(journal.contains(key("a"))).isTrue();
        assertThat(journal.reserve(key("b")).isNew()).isFalse();
        assertThat(journal.next()).isNull();
    }

    @Test
    void the_consumer_is_woken_once_when_it_found_nothing() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        journal.onAvailable(calls::incrementAndGet);
        assertThat(journal.next()).isNull();
        // When
        append("a");
        append("b");
        // Then
        await().untilAtomic(calls, org.hamcrest.Matchers.equalTo(1));
        assertThat(List.of(journal.next(), journal.next())).hasSize(2);
        assertThat(journal.next()).isNull();
        append("c");
        await().untilAtomic(calls, org.hamcrest.Matchers.equalTo(2));
    }

    @Test
    void everything_that_became_durable_at_once_is_one_task_on_its_executor() {
        // Given
        List<Runnable> tasks = new ArrayList<>();
        Executor loop = task -> {
            synchronized (tasks) {
                tasks.add(task);
            }
        };
        // When
        CompletableFuture<List<Appended>> batch = journal.appendAll(List.of(event("a"), event("b")), loop);
        // Then
        await().until(() -> {
            synchronized (tasks) {
                return tasks.size() == 1;
            }
        });
        assertThat(batch).isNotDone();
        tasks.get(0).run();
        assertThat(batch).isCompleted();
    }

    @Test
    void what_is_appended_in_one_turn_is_forced_together_at_its_end() {
        // Given
        List<Integer> batches = new CopyOnWriteArrayList<>();
        journal.addListener(new JournalListener() {
            @Override
            public void appended(int events, long nanos) {
                batches.add(events);
            }
        });
        List<Runnable> turn = new ArrayList<>();
        TurnExecutor loop = task -> {
            synchronized (turn) {
                turn.add(task);
            }
        };
        // When
        var first = journal.append(key("a"), bytes("a"), loop);
        journal.append(key("b"), bytes("b"), loop);
        turn.get(0).run();
        // Then
        await().until(() -> !batches.isEmpty());
        assertThat(batches).containsExactly(2);
        assertThat(first).isNotDone();
        await().until(() -> {
            synchronized (turn) {
                return turn.size() == 2;
            }
        });
        turn.get(1).run();
        assertThat(first).isCompleted();
    }

    @Test
    void an_append_that_is_not_of_a_turn_does_not_wait_for_one() {
        // Given
        journal.append(key("a"), bytes("a"), (TurnExecutor) task -> {});
        // When
        Appended appended = append("b");
        // Then
        assertThat(appended.duplicate()).isFalse();
        assertThat(journal.find(key("a"))).isPresent();
    }

    @Test
    void a_turn_that_does_not_end_is_not_waited_for() {
        // Given
        TurnExecutor stuck = task -> {};
        journal.append(key("a"), bytes("a"), stuck);
        // When
        await().until(() -> {
            journal.append(key("b"), bytes("b"), stuck);
            return journal.find(key("a")).isPresent();
        });
        // Then
        assertThat(journal.stats().pending()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void a_turn_that_brings_many_bytes_is_not_waited_for() {
        // Given
        byte[] large = new byte[Turn.ENOUGH_BYTES];
        // When
        journal.append(key("a"), large, (TurnExecutor) task -> {});
        // Then
        await().until(() -> journal.find(key("a")).isPresent());
    }

    @Test
    void a_turn_that_cannot_be_ended_is_none() {
        // When
        journal.append(key("a"), bytes("a"), (TurnExecutor) task -> {
            throw new RejectedExecutionException("the loop has ended");
        });
        // Then
        await().until(() -> journal.find(key("a")).isPresent());
    }

    @Test
    void a_second_journal_on_the_directory_is_refused() {
        // When
        assertThatThrownBy(() -> Journal.open(config))
                // Then
                .isInstanceOf(JournalLockedException.class)
                .hasMessageContaining(config.directory().toString())
                .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void an_unusable_directory_is_refused_in_one_line() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "");
        // When
        assertThatThrownBy(() -> Journal.open(small(file.resolve("journal"))))
                // Then
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot create the journal directory");
    }

    @Test
    void a_missing_segment_refuses_the_start_and_says_what_to_do() throws Exception {
        // Given
        append("a");
        journal.close();
        Files.delete(segments().get(0));
        // When
        assertThatThrownBy(() -> Journal.open(config))
                // Then
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining("is missing")
                .hasMessageContaining("--accept-loss");
        journal = Journal.open(config.acceptingLoss());
        assertThat(journal.next()).isNull();
        assertThat(journal.stats().lostRecords()).isPositive();
        append("b");
        reopen();
        assertThat(journal.stats().lostRecords()).isZero();
        assertThat(journal.next().key()).isEqualTo(key("b"));
    }

    @Test
    void a_closed_journal_refuses_and_closes_twice() {
        // When
        journal.close();
        journal.close();
        // Then
        assertThat(journal.append(key("a"), bytes("a"), HERE))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(JournalUnavailableException.class);
    }

    @Test
    void a_full_journal_still_takes_what_fits_and_says_that_it_is_full() {
        // Given
        byte[] large = new byte[200_000];
        boolean refused = false;
        for (int i = 0; !refused; i++) {
            refused = journal.append(key("large-" + i), large, HERE)
                    .handle((ok, refusal) -> refusal != null)
                    .join();
        }
        // When
        Appended small = append("small");
        // Then
        assertThat(small.duplicate()).isFalse();
        assertThat(journal.stats().status()).isEqualTo(JournalStats.Status.FULL);
        reopen();
        assertThat(journal.find(key("small"))).isPresent();
    }

    @Test
    void a_thread_that_is_interrupted_closes_the_journal_all_the_same() {
        // Given
        append("a");
        // When
        Thread.currentThread().interrupt();
        journal.close();
        // Then
        assertThat(Thread.interrupted()).isTrue();
        journal = Journal.open(config);
        assertThat(journal.next().key()).isEqualTo(key("a"));
    }

    @Test
    void a_file_that_cannot_be_closed_leaves_nothing_else_open() {
        // Given
        journal.close();
        Storage disk = DiskStorage.lock(config.directory());
        List<String> open = new CopyOnWriteArrayList<>();
        AtomicBoolean fails = new AtomicBoolean();
        Storage failing = failingToClose(Storage.class, disk, open, fails);
        journal = Journal.open(config, failing, Clock.system());
        append("a");
        fails.set(true);
        // When
        journal.close();
        // Then
        assertThat(open).isEmpty();
        journal = Journal.open(config);
        assertThat(journal.next().key()).isEqualTo(key("a"));
    }

    /** Closes what it is asked to close, and says that it could not; names what is open. */
    private static <T> T failingToClose(Class<T> type, T real, List<String> open, AtomicBoolean fails) {
        String name = type.getSimpleName() + "@" + System.identityHashCode(real);
        open.add(name);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            try {
                Object result = method.invoke(real, args);
                if (method.getName().equals("close")) {
                    open.remove(name);
                    if (fails.get()) {
                        throw new IOException(name + " is not closed cleanly");
                    }
                }
                return result instanceof StoredFile file ? failingToClose(StoredFile.class, file, open, fails) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Test
    void a_full_journal_says_so_and_keeps_what_it_has() {
        // Given
        byte[] payload = new byte[200_000];
        int accepted = 0;
        CompletableFuture<Appended> answer = null;
        // When
        for (int i = 0; i < 100; i++) {
            answer = journal.append(key("event-" + i), payload, HERE);
            accepted += answer.handle((ok, refused) -> refused == null ? 1 : 0).join();
        }
        // Then
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(JournalFullException.class);
        assertThat(journal.stats().status()).isEqualTo(JournalStats.Status.FULL);
        assertThat(journal.stats().pending()).isEqualTo(accepted);
        journal.processed(journal.next(), PUBLISHED);
        journal.dead(journal.next(), FAILURE, HERE).join();
        reopen();
        assertThat(journal.stats().pending()).isEqualTo(accepted - 2);
        assertThat(journal.find(key("event-1")).orElseThrow().state()).isEqualTo(State.DEAD);
    }

    @Test
    void a_reader_that_is_interrupted_disturbs_nobody() {
        // Given
        append("a");
        append("b");
        // When
        Thread.currentThread().interrupt();
        PendingEvent event = journal.next();
        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(event.key()).isEqualTo(key("a"));
        assertThat(journal.find(key("b"))).isPresent();
    }

    @Test
    void the_installation_key_stays() {
        // Given
        byte[] key = journal.installationKey();
        // When
        reopen();
        // Then
        assertThat(journal.installationKey()).hasSize(16).isEqualTo(key);
    }

    @Test
    void a_clean_restart_goes_on_in_the_same_segment() throws Exception {
        // Given
        append("a");
        await().until(() -> segments().size() >= 3);
        List<Path> before = segments();
        // When
        reopen();
        append("b");
        // Then
        assertThat(segments()).isEqualTo(before);
        reopen();
        assertThat(List.of(journal.next(), journal.next()))
                .extracting(PendingEvent::key)
                .containsExactly(key("a"), key("b"));
    }

    private List<Path> segments() throws Exception {
        try (var files = Files.list(config.directory())) {
            return files.filter(file -> file.toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        }
    }

    private Appended append(String name) {
        return journal.append(key(name), bytes(name), HERE)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private void reopen() {
        journal.close();
        journal = Journal.open(config);
    }

    /** Small segments. */
    static JournalConfig small(Path directory) {
        return new JournalConfig(
                directory,
                8 << 20,
                0,
                1 << 20,
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                100_000,
                Duration.ofDays(30),
                false,
                8 << 20);
    }

    private static NewEvent event(String name) {
        return new NewEvent(key(name), bytes(name));
    }

    private static Key key(String name) {
        return Key.of("test", name);
    }

    private static byte[] bytes(String name) {
        return ("payload of " + name).getBytes(StandardCharsets.UTF_8);
    }
}
