package io.bactrian.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A journal on a simulated disk in virtual time, whose threads take a step when the test says so. */
final class SimulatedJournal {
    static final Executor HERE = Runnable::run;
    static final long SEGMENT = 64 * 1024;
    static final Failure FAILURE = new Failure("timeout", "no PubAck within 5s", Instant.EPOCH);

    final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));
    private JournalConfig config;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final SplittableRandom random = new SplittableRandom(2);
    private long millis = 1_750_000_000_000L;
    private long nanos = 1;
    Journal journal;

    SimulatedJournal(JournalConfig config) {
        this.config = config;
        open();
    }

    /** Small segments, a hold of 10 minutes, a window of an hour, dead events for a day. */
    static JournalConfig config() {
        return config(20 * SEGMENT, 1000);
    }

    static JournalConfig config(long maxSize, long maxKeys) {
        return new JournalConfig(
                Path.of("simulated"),
                maxSize,
                0,
                SEGMENT,
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                maxKeys,
                Duration.ofDays(1),
                false,
                96 * 1024);
    }

    static Key key(String id) {
        return Key.of("/test", id);
    }

    static byte[] payload(String id, int length) {
        byte[] payload = new byte[Math.max(length, id.length())];
        System.arraycopy(id.getBytes(StandardCharsets.US_ASCII), 0, payload, 0, id.length());
        return payload;
    }

    private void open() {
        try {
            journal = new Journal(config, disk.open(), clock(), tasks::add, random::nextLong);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The computer stops and starts again. */
    void cutPower() {
        restart(false);
    }

    /** The process is killed and starts again. */
    void kill() {
        restart(true);
    }

    Journal journalAfterKill() {
        kill();
        return journal;
    }

    private void restart(boolean process) {
        tasks.clear();
        disk.restart(process);
        open();
    }

    /** The next start gives up what is missing. */
    void acceptLoss() {
        config = config.acceptingLoss();
    }

    /** All threads work until there is nothing to do. */
    void work() {
        boolean more = true;
        while (more) {
            nanos += Duration.ofMillis(50).toNanos();
            boolean flushed = journal.flushStep();
            boolean kept = journal.upkeepStep();
            more = flushed || kept || !tasks.isEmpty();
            workOnTasks();
        }
    }

    /** The worker does what it was given; nothing is forced yet. */
    void workOnTasks() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    void pass(Duration time) {
        elapse(time);
        work();
    }

    /** Time passes and nobody works. */
    void elapse(Duration time) {
        millis += time.toMillis();
        nanos += Math.max(0, time.toNanos());
    }

    /** Only the flusher works, once, and writes outcomes too. */
    void flush() {
        nanos += Duration.ofMillis(50).toNanos();
        journal.flushStep();
    }

    /** Only the upkeep works, until there is nothing to do. */
    void upkeep() {
        while (journal.upkeepStep()) {
            nanos += Duration.ofMillis(1).toNanos();
        }
    }

    /** What the manifest says of the files that are no part of the log. */
    List<Manifest.Entry> kept() {
        return files().stream().filter(entry -> entry.kind() != Segment.LOG).toList();
    }

    /** What the manifest says of all files. */
    List<Manifest.Entry> files() {
        try {
            return Manifest.read(disk.open()).entries();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CompletableFuture<Appended> begin(String id, int length) {
        return journal.append(key(id), payload(id, length), HERE);
    }

    Appended append(String id, int length) {
        CompletableFuture<Appended> appended = begin(id, length);
        work();
        return appended.join();
    }

    Appended append(String id) {
        return append(id, 500);
    }

    void process(PendingEvent event) {
        journal.processed(event, new Published("EVENTS", event.sequence(), false, Instant.ofEpochMilli(millis)));
    }

    /** Delivers everything and waits until that is on disk. */
    List<PendingEvent> deliver() {
        List<PendingEvent> events = new ArrayList<>();
        for (PendingEvent event = journal.next(); event != null; event = journal.next()) {
            events.add(event);
        }
        events.forEach(this::process);
        work();
        return events;
    }

    void kill(PendingEvent event) {
        CompletableFuture<Void> dead = journal.dead(event, FAILURE, HERE);
        work();
        dead.join();
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long millis() {
                return millis;
            }

            @Override
            public long nanos() {
                return nanos;
            }
        };
    }
}
