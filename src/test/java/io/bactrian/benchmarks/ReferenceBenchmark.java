package io.bactrian.benchmarks;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Work of the JDK alone, as a measure for the others: a machine twice as slow is twice as slow here too. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ReferenceBenchmark {
    private static final int ENTRIES = 16;

    private final byte[] bytes = new byte[512];
    private MessageDigest sha256;

    @Setup
    public void digest() throws Exception {
        sha256 = MessageDigest.getInstance("SHA-256");
    }

    /** For what computes over bytes. */
    @Benchmark
    public byte[] sha256() {
        return sha256.digest(bytes);
    }

    /** For what allocates and copies text. */
    @Benchmark
    public Map<String, String> map() {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < ENTRIES; i++) {
            String key = "key-" + i;
            map.put(key, key.toUpperCase(java.util.Locale.ROOT));
        }
        return map;
    }
}
