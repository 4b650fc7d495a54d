package io.bactrian.journal;

import java.util.SplittableRandom;
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

/** Cost of asking for a key among a million, known and unknown, and of a key that comes and goes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class KeyIndexBenchmark {
    private static final int KEYS = 1_000_000;

    private final KeyIndex index = new KeyIndex(1);
    private final long[] high = new long[KEYS];
    private int at;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < KEYS; i++) {
            high[i] = random.nextLong();
            index.put(high[i], i, i + 1L);
        }
    }

    private int next() {
        at = at + 1 == KEYS ? 0 : at + 1;
        return at;
    }

    @Benchmark
    public long known() {
        int i = next();
        return index.get(high[i], i);
    }

    @Benchmark
    public long unknown() {
        int i = next();
        return index.get(high[i], -1L - i);
    }

    @Benchmark
    public long comeAndGo() {
        int i = next();
        index.put(high[i], -1L - i, 7);
        return index.remove(high[i], -1L - i);
    }
}
