package io.bactrian.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A journal under load in a process of its own, which a test may kill. It says what it was answered, a line each: {@code ok ID},
 * {@code no EXCEPTION MESSAGE}, {@code status STATUS REASON}; and does what it is told on standard input: {@code load}, {@code
 * pause}, {@code one ID}, {@code drain}, {@code dead}, {@code stats}, {@code close}.
 */
final class JournalLoad {
    private static final Published PUBLISHED = new Published("EVENTS", 1, false, Instant.EPOCH);

    private final Journal journal;
    private final String run;
    private final int inFlight;
    private volatile int largestBatch;
    private final AtomicBoolean loading = new AtomicBoolean();

    private JournalLoad(Journal journal, String run, int inFlight) {
        this.journal = journal;
        this.run = run;
        this.inFlight = inFlight;
    }

    /** The journals of the fault tests: a start of the test itself must find the same. */
    static JournalConfig config(Path directory, long maxSize, Duration hold, long maxInFlightBytes) {
        return new JournalConfig(
                directory,
                maxSize,
                0,
                1 << 20,
                hold,
                Duration.ofHours(24),
                10_000_000,
                Duration.ofDays(30),
                false,
                maxInFlightBytes);
    }

    static byte[] payload(String id) {
        byte[] payload = new byte[200 + (id.hashCode() & 0x3FF)];
        byte[] text = id.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < payload.length; i++) {
            payload[i] = text[i % text.length];
        }
        return payload;
    }

    /** Directory, name of the run, appends in flight, max-size, hold in seconds, bytes in flight. */
    public static void main(String[] arguments) throws IOException {
        Journal journal = Journal.open(config(
                Path.of(arguments[0]),
                Long.parseLong(arguments[3]),
                Duration.ofSeconds(Long.parseLong(arguments[4])),
                Long.parseLong(arguments[5])));
        JournalLoad load = new JournalLoad(journal, arguments[1], Integer.parseInt(arguments[2]));
        journal.addListener(new JournalListener() {
            @Override
            public void appended(int events, long nanos) {
                load.largestBatch = Math.max(load.largestBatch, events);
            }

            @Override
            public void statusChanged(JournalStats.Status status, String reason) {
                say("status " + status + " " + reason);
            }
        });
        say("open " + journal.stats().pending());
        load.obey();
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private void obey() throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "load" -> startLoading();
                case "pause" -> loading.set(false);
                case "one" -> append(words[1], () -> {});
                case "drain" -> drain();
                case "dead" -> kill();
                case "stats" -> say("stats largestBatch=" + largestBatch + " " + journal.stats());
                case "close" -> {
                    loading.set(false);
                    journal.close();
                    say("closed");
                    return;
                }
                default -> say("what is " + line);
            }
        }
    }

    private void startLoading() {
        loading.set(true);
        Thread thread = new Thread(() -> {
            Semaphore window = new Semaphore(inFlight);
            SplittableRandom random = new SplittableRandom();
            for (int i = 0; loading.get(); i++) {
                window.acquireUninterruptibly();
                if (append(run + "-" + random.nextInt(1 << 20) + "-" + i, window::release)) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns whether it was refused at once. */
    private boolean append(String id, Runnable then) {
        CompletableFuture<Appended> answer = journal.append(Key.of("/load", id), payload(id), Runnable::run);
        boolean refused = answer.isCompletedExceptionally();
        var unused = answer.handle((appended, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            say(cause == null ? "ok " + id : "no " + cause.getClass().getSimpleName() + " " + cause.getMessage());
            then.run();
            return null;
        });
        return refused;
    }

    private void drain() {
        long count = 0;
        while (journal.stats().pending() > 0) {
            PendingEvent event = journal.next();
            if (event == null) {
                Thread.onSpinWait();
                continue;
            }
            journal.processed(event, PUBLISHED);
            count++;
        }
        say("drained " + count);
    }

    private void kill() {
        PendingEvent event = journal.next();
        List<String> none = List.of();
        if (event == null) {
            say("dead " + none);
            return;
        }
        var unused = journal.dead(event, new Failure("refused", "too large", Instant.EPOCH), Runnable::run)
                .handle((nothing, failure) -> {
                    say(failure == null ? "dead " + event.key() : "alive " + failure.getMessage());
                    return null;
                });
    }
}
