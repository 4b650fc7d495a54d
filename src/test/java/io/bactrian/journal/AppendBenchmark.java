package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of a durable append, alone and of 64 at a time, beside {@code device}: 512 bytes written and forced. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AppendBenchmark {
    private static final int AT_A_TIME = 64;
    private static final int BYTES = 512;
    private static final int FILE = 64 << 20;

    private final byte[] payload = new byte[BYTES];
    private Path directory;
    private Journal journal;
    private FileChannel device;
    private ByteBuffer block;
    private long at;
    private long next;

    @Setup
    public void open() throws IOException {
        // on the disk of the project: a temporary directory may be memory
        directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "append-benchmark");
        journal = Journal.open(JournalConfig.defaults(directory.resolve("journal")));
        device = FileChannel.open(directory.resolve("device"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        for (ByteBuffer zeros = ByteBuffer.allocateDirect(FILE); zeros.hasRemaining(); ) {
            device.write(zeros);
        }
        device.force(true);
        block = ByteBuffer.allocateDirect(BYTES);
    }

    @TearDown
    public void close() throws IOException {
        journal.close();
        device.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public void device() throws IOException {
        device.write(block.clear(), at);
        device.force(false);
        at = (at + BYTES) % FILE;
    }

    @Benchmark
    public Appended one() {
        return journal.append(new Key(next++, 1), payload, Runnable::run).join();
    }

    @Benchmark
    @OperationsPerInvocation(AT_A_TIME)
    public void many() {
        CompletableFuture<?>[] appends = new CompletableFuture<?>[AT_A_TIME];
        for (int i = 0; i < AT_A_TIME; i++) {
            appends[i] = journal.append(new Key(next++, 1), payload, Runnable::run);
        }
        CompletableFuture.allOf(appends).join();
    }
}
