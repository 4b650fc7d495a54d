package io.bactrian.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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

/** Cost of believing a request with a body of 512 bytes; {@code hmacOnly} is the floor under {@code github}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SignatureBenchmark {
    private static final String SECRET = "a-secret-of-a-usual-length";

    private TestRequest signed;
    private TestRequest withToken;
    private Verifier github;
    private Verifier token;
    private Mac mac;

    @Setup
    public void requests() throws Exception {
        String body = "{\"data\":\"" + "x".repeat(501) + "\"}";
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        signed = new TestRequest(body).header("X-Hub-Signature-256", "sha256=" + signature);
        withToken = new TestRequest(body).header("Authorization", "Bearer " + SECRET);
        github = verifier("github", SECRET);
        token = verifier("token", SECRET);
    }

    private static Verifier verifier(String scheme, String secret) {
        return Verifiers.create(VerifierOptions.of(scheme, Secrets.ofText(secret)), Clock.systemUTC());
    }

    @Benchmark
    public byte[] hmacOnly() {
        return mac.doFinal(signed.body());
    }

    @Benchmark
    public void github() throws UnauthorizedException {
        github.verify(signed);
    }

    @Benchmark
    public void token() throws UnauthorizedException {
        token.verify(withToken);
    }
}
