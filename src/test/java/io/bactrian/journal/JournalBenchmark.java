package io.bactrian.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What the journal costs, beside what the device costs in the same run. {@code append DIR}, {@code fill DIR EVENTS}, {@code open
 * DIR}, {@code memory DIR EVENTS} or {@code index KEYS}; see docs/performance.md for the commands.
 */
final class JournalBenchmark {
    private static final int PAYLOAD = 512;
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int ROUNDS = 5;

    private JournalBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "append" -> append(Path.of(arguments[1]));
            case "fill" -> fill(Path.of(arguments[1]), Long.parseLong(arguments[2]));
            case "open" -> open(Path.of(arguments[1]));
            case "memory" -> memory(Path.of(arguments[1]), Long.parseLong(arguments[2]));
            case "index" -> index(Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static JournalConfig config(Path directory) {
        JournalConfig defaults = JournalConfig.defaults(directory);
        return new JournalConfig(
                directory,
                40L << 30,
                0,
                defaults.segmentSize(),
                defaults.hold(),
                defaults.dedupeWindow(),
                100_000_000,
                defaults.deadRetention(),
                false,
                defaults.maxInFlightBytes());
    }

    // ---- appends beside the raw device

    private static void append(Path directory) throws Exception {
        Files.createDirectories(directory);
        System.out.printf("%-28s %10s %9s %9s %9s %9s%n", "", "a second", "p50 us", "p99 us", "p99.9 us", "CPU us");
        double device = device(directory, PAYLOAD, true);
        device(directory, 32 * 1024, true);
        try (Journal journal = Journal.open(config(directory.resolve("journal")))) {
            for (int inFlight : new int[] {1, 64, 1024}) {
                double[] rates = new double[ROUNDS];
                for (int round = 0; round < ROUNDS; round++) {
                    Load load = new Load(journal, inFlight);
                    rates[round] = load.run();
                    if (round == ROUNDS - 1) {
                        Arrays.sort(rates);
                        load.print("append, " + inFlight + " in flight", rates[ROUNDS / 2]);
                        System.out.printf("%-28s %10.1f%n", "  times the device", rates[ROUNDS / 2] / device);
                    }
                    drain(journal);
                }
            }
        }
        device(directory, PAYLOAD, false);
    }

    private static void drain(Journal journal) {
        Published published = new Published("EVENTS", 1, false, java.time.Instant.EPOCH);
        while (journal.stats().pending() > 0) {
            PendingEvent event = journal.next();
            if (event != null) {
                journal.processed(event, published);
            }
        }
    }

    /** Overwrites a preallocated file, a write and a force after the other; returns how many a second. */
    private static double device(Path directory, int bytes, boolean first) throws IOException {
        Path file = directory.resolve("device.tmp");
        long size = 64 << 20;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < size; at += zeros.capacity()) {
                channel.write(zeros.clear(), at);
            }
            channel.force(true);
            ByteBuffer data = ByteBuffer.allocateDirect(bytes);
            Histogram histogram = new Histogram();
            long began = System.nanoTime();
            long position = 0;
            for (long now = began; now - began < ROUND.toNanos(); ) {
                channel.write(data.clear(), position);
                channel.force(false);
                position = (position + bytes) % (size - bytes);
                long end = System.nanoTime();
                histogram.record(end - now);
                now = end;
            }
            double rate = histogram.count() * 1e9 / (System.nanoTime() - began);
            histogram.print("device, write " + bytes + " + force" + (first ? "" : ", again"), rate, 0);
            return rate;
        } finally {
            Files.delete(file);
        }
    }

    /** Keeps so many appends in flight, from one thread; the answers come on the flusher. */
    private static final class Load {
        private final Journal journal;
        private final int inFlight;
        private final Histogram histogram = new Histogram();
        private double cpuMicros;

        Load(Journal journal, int inFlight) {
            this.journal = journal;
            this.inFlight = inFlight;
        }

        double run() throws InterruptedException {
            Semaphore window = new Semaphore(inFlight);
            AtomicInteger failed = new AtomicInteger();
            SplittableRandom random = new SplittableRandom();
            byte[] payload = new byte[PAYLOAD];
            long cpu = cpuNanos();
            long began = System.nanoTime();
            long count = 0;
            for (; System.nanoTime() - began < ROUND.toNanos(); count++) {
                window.acquire();
                long start = System.nanoTime();
                var unused = journal.append(new Key(random.nextLong(), random.nextLong()), payload, Runnable::run)
                        .whenComplete((appended, failure) -> {
                            if (failure != null) {
                                failed.incrementAndGet();
                            }
                            histogram.record(System.nanoTime() - start);
                            window.release();
                        });
            }
            window.acquire(inFlight);
            double seconds = (System.nanoTime() - began) / 1e9;
            cpuMicros = (cpuNanos() - cpu) / 1e3 / count;
            if (failed.get() > 0) {
                System.out.println("failed: " + failed);
            }
            return count / seconds;
        }

        void print(String name, double rate) {
            histogram.print(name, rate, cpuMicros);
        }

        private static long cpuNanos() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
    }

    /** Latencies in steps of a microsecond, up to a second. */
    private static final class Histogram {
        private final java.util.concurrent.atomic.AtomicIntegerArray counts =
                new java.util.concurrent.atomic.AtomicIntegerArray(1_000_001);

        void record(long nanos) {
            counts.incrementAndGet((int) Math.min(1_000_000, nanos / 1_000));
        }

        long count() {
            long count = 0;
            for (int i = 0; i < counts.length(); i++) {
                count += counts.get(i);
            }
            return count;
        }

        private int percentile(double share) {
            long left = (long) Math.ceil(count() * share);
            int micros = 0;
            while ((left -= counts.get(micros)) > 0) {
                micros++;
            }
            return micros;
        }

        void print(String name, double rate, double cpuMicros) {
            System.out.printf(
                    "%-28s %,10.0f %,9d %,9d %,9d %9.2f%n",
                    name, rate, percentile(0.5), percentile(0.99), percentile(0.999), cpuMicros);
        }
    }

    // ---- recovery and memory

    private static void fill(Path directory, long events) throws InterruptedException {
        try (Journal journal = Journal.open(config(directory))) {
            append(journal, events);
            System.out.println(journal.stats());
        }
    }

    private static void append(Journal journal, long events) throws InterruptedException {
        Semaphore window = new Semaphore(4096);
        SplittableRandom random = new SplittableRandom();
        byte[] payload = new byte[PAYLOAD];
        for (long i = 0; i < events; i++) {
            window.acquire();
            var unused = journal.append(new Key(random.nextLong(), random.nextLong()), payload, Runnable::run)
                    .whenComplete((appended, failure) -> {
                        if (failure != null) {
                            throw new IllegalStateException(failure);
                        }
                        window.release();
                    });
        }
        window.acquire(4096);
    }

    private static void open(Path directory) throws IOException {
        long bytes;
        try (Stream<Path> files = Files.list(directory)) {
            bytes = files.mapToLong(file -> file.toFile().length()).sum();
        }
        long began = System.nanoTime();
        try (Journal journal = Journal.open(config(directory))) {
            System.out.printf(
                    "open: %,d ms, %,d pending, %,d MiB of files, -Xmx %,d MiB%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                    journal.stats().pending(),
                    bytes >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    private static void memory(Path directory, long events) throws InterruptedException {
        try (Journal journal = Journal.open(config(directory))) {
            append(journal, 10_000);
            long few = heap();
            long fewKeys = journal.stats().keyBytes();
            append(journal, events - 10_000);
            long many = heap();
            long keys = journal.stats().keyBytes() - fewKeys;
            System.out.printf(
                    "heap: %,d KiB with 10,000 pending, %,d KiB with %,d: %.2f bytes an event more,"
                            + " of them %.2f for the key%n",
                    few >> 10,
                    many >> 10,
                    events,
                    (many - few) / (double) (events - 10_000),
                    keys / (double) (events - 10_000));
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    // ---- the key index

    private static void index(int keys) {
        KeyIndex index = new KeyIndex(System.nanoTime());
        long longest = 0;
        long began = System.nanoTime();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < keys; i++) {
            long start = System.nanoTime();
            index.put(random.nextLong(), random.nextLong(), 1);
            longest = Math.max(longest, System.nanoTime() - start);
        }
        System.out.printf(
                "index: %,d keys put in %.2f s, the slowest put %,d us, %.1f bytes a key%n",
                keys, (System.nanoTime() - began) / 1e9, longest / 1000, index.bytes() / (double) index.size());
        for (int round = 0; round < 3; round++) {
            SplittableRandom known = new SplittableRandom(1);
            SplittableRandom unknown = new SplittableRandom(2);
            long found = 0;
            long start = System.nanoTime();
            for (int i = 0; i < keys / 2; i++) {
                found += index.get(known.nextLong(), known.nextLong());
                found += index.get(unknown.nextLong(), unknown.nextLong());
            }
            System.out.printf(
                    "index: a look-up takes %.0f ns, half of them hit (%,d)%n",
                    (System.nanoTime() - start) / (double) keys, found);
        }
    }
}
