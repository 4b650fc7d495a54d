package io.bactrian.cloudevents;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of one event in each mode; {@code parserOnly} (Jackson alone, all tokens) is the floor under {@code readStructured}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EventBenchmark {
    /** Size of the JSON data in bytes, roughly. */
    @Param({"512", "16384"})
    public int dataSize;

    private byte[] structured;
    private byte[] body;
    private byte[] kept;
    private HttpHeaders headers;
    private CloudEvent event;

    @Setup
    public void events() throws InvalidCloudEventException {
        StringBuilder data = new StringBuilder("{\"items\":[");
        while (data.length() < dataSize) {
            data.append("{\"sku\":\"A-1234\",\"quantity\":3,\"price\":12.50},");
        }
        data.append("null]}");
        body = Vectors.bytes(data.toString());
        structured = Vectors.bytes(
                "{\"specversion\":\"1.0\",\"id\":\"8a1f-4711\",\"source\":\"https://shop.example/orders\","
                        + "\"type\":\"com.example.order.created\",\"time\":\"2026-01-02T03:04:05.678Z\",\"subject\":\"order 4711\","
                        + "\"datacontenttype\":\"application/json\",\"data\":" + data + "}");
        headers = Vectors.headers(
                "Host", "localhost:8080",
                "User-Agent", "sender/1.0",
                "Content-Type", "application/json",
                "Content-Length", Integer.toString(body.length),
                "ce-specversion", "1.0",
                "ce-id", "8a1f-4711",
                "ce-source", "https://shop.example/orders",
                "ce-type", "com.example.order.created",
                "ce-time", "2026-01-02T03:04:05.678Z",
                "ce-subject", "order%204711");
        event = HttpBinding.readBinary(headers, body);
        kept = EventCodec.write(event);
    }

    @Benchmark
    public int parserOnly() throws Exception {
        int tokens = 0;
        try (var parser = JsonSource.parser(structured, 0, structured.length)) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }

    @Benchmark
    public CloudEvent readStructured() throws Exception {
        return JsonFormat.read(structured);
    }

    @Benchmark
    public CloudEvent readBinary() throws Exception {
        return HttpBinding.readBinary(headers, body);
    }

    @Benchmark
    public byte[] writeStructured() {
        return JsonFormat.write(event);
    }

    @Benchmark
    public NatsBinding.NatsMessage writeBinary() {
        return NatsBinding.binary(event);
    }

    @Benchmark
    public byte[] keep() {
        return EventCodec.write(event);
    }

    @Benchmark
    public CloudEvent readBack() {
        return EventCodec.read(kept);
    }

    @Benchmark
    public String key() {
        return EventKey.of(event).messageId();
    }
}
