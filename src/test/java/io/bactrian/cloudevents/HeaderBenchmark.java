package io.bactrian.cloudevents;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of one attribute value on its way through a header, plain and percent-encoded. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HeaderBenchmark {
    private String plain = "https://shop.example/orders/4711";
    private String spaced = "order 4711 für Zoë";
    private String encoded = HeaderValues.encode(spaced);

    @Benchmark
    public String encodePlain() {
        return HeaderValues.encode(plain);
    }

    @Benchmark
    public String encodeSpaced() {
        return HeaderValues.encode(spaced);
    }

    @Benchmark
    public String decodePlain() throws MalformedHeaderValueException {
        return HeaderValues.decode(plain);
    }

    @Benchmark
    public String decodeSpaced() throws MalformedHeaderValueException {
        return HeaderValues.decode(encoded);
    }
}
