package io.bactrian.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.bactrian.app.bench.Bench;
import io.bactrian.app.bench.BenchResult;
import io.bactrian.app.bench.Broker;
import io.bactrian.app.bench.Device;
import io.bactrian.app.bench.Load;
import io.bactrian.app.bench.ProcessUsage;
import io.bactrian.app.bench.ProgressLine;
import io.bactrian.app.bench.Scenario;
import io.bactrian.app.bench.StreamAudit;
import io.bactrian.camel.config.Values;
import io.bactrian.jetstream.Redaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures a gateway: one of its own with a throw-away NATS, or one that runs. */
@Command(
        name = "bench",
        description = {
            "Put load on a gateway of its own, with its own nats-server, or on a running one (--url and --nats), and"
                    + " compare every answer with the stream. Exit code 1 when an accepted event was lost.",
            "In closed loop (the default) a connection sends again once it is answered. With --rate each request has its"
                    + " time, and latencies count from that."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bactrian bench",
            "  bactrian bench --scenario processed --rate 2000 --duration 30s --json",
            "  bactrian bench --url http://127.0.0.1:8080 --token \"$TOKEN\" \\",
            "    --nats nats://127.0.0.1:4222"
        })
final class BenchCommand implements Callable<Integer> {

    private static final Path DATA = Path.of("data", "bench");
    private static final String STREAM = "EVENTS";
    private static final String WEBHOOK = "bench";
    private static final String NOTHING = "none";
    private static final double OUTAGE_RATE = 1000;
    private static final double NANOS_IN_MILLI = 1_000_000;

    @Mixin
    private Configured configured;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            converter = ScenarioName.class,
            defaultValue = "accepted",
            description = "accepted, processed, batch, webhook, outage or duplicates; default: ${DEFAULT-VALUE}")
    private Scenario scenario;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "requests a second, in open loop; default: closed loop (outage: 1000)")
    private double rate;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "requests in progress at a time; default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "10s",
            description = "of the measured part; default: ${DEFAULT-VALUE}")
    private Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "10s",
            description = "load before it, which is checked but not measured; default: ${DEFAULT-VALUE}")
    private Duration warmup;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "512",
            description = "bytes of the data of one event; default: ${DEFAULT-VALUE}")
    private int size;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "100",
            description = "batch: events in one request; default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(
            names = "--copies",
            paramLabel = "N",
            defaultValue = "5",
            description = "duplicates: how often each event is sent; default: ${DEFAULT-VALUE}")
    private int copies;

    @Option(names = "--url", paramLabel = "URL", description = "a running gateway, such as http://127.0.0.1:8080")
    private URI url;

    @Option(
            names = "--nats",
            paramLabel = "URL",
            description = "the NATS that the running gateway publishes to; none: count answers, compare nothing")
    private String nats;

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            defaultValue = "events.>",
            description = "where its events are stored; default: ${DEFAULT-VALUE}")
    private String subject;

    @Option(names = "--token", paramLabel = "TOKEN", description = "the running gateway's bactrian.events.token")
    private String token;

    @Option(
            names = "--webhook",
            paramLabel = "NAME",
            description = "webhook: name of one of the running gateway with verify=github")
    private String webhook;

    @Option(
            names = "--webhooks",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "webhook: so many in turn, NAME and a number of as many digits as N-1 has: bench00 to bench99")
    private int webhooks;

    @Option(names = "--secret", paramLabel = "SECRET", description = "webhook: its secret")
    private String secret;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "process of the running gateway, for its processor time and memory")
    private long pid;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Times as configuration writes them. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Values.duration(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Scenarios by their words. */
    static final class ScenarioName implements ITypeConverter<Scenario> {
        @Override
        public Scenario convert(String text) {
            return Stream.of(Scenario.values())
                    .filter(known -> known.word().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "': expected accepted, processed, batch, webhook, outage or duplicates"));
        }
    }

    @Override
    public Integer call() throws Exception {
        if ((url == null) != (nats == null)) {
            throw new ParameterException(
                    spec.commandLine(), "--url and --nats belong together (--nats none compares nothing)");
        }
        if (scenario == Scenario.OUTAGE && url != null) {
            throw new ParameterException(
                    spec.commandLine(), "outage stops NATS, so it needs a gateway of its own: leave --url out");
        }
        if (scenario == Scenario.WEBHOOK && url != null && (webhook == null || secret == null)) {
            throw new ParameterException(
                    spec.commandLine(), "webhook on a running gateway needs --webhook and --secret");
        }
        BenchResult result = url == null ? own() : running();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? result.toJson() + "\n" : result.toText());
        out.flush();
        return result.lost() == 0 ? 0 : 1;
    }

    private BenchResult running() throws IOException, InterruptedException {
        Load load = load(url, token);
        try (StreamAudit stream = NOTHING.equals(nats) ? null : audit(nats)) {
            ProcessUsage gateway = pid == 0
                    ? null
                    : new ProcessUsage(ProcessHandle.of(pid)
                            .orElseThrow(() -> new IOException("--pid " + pid + ": there is no such process")));
            return new Bench(load, stream, gateway, null, secret, progress())
                    .run("as the running gateway is configured; this directory's device: "
                            + forced(Device.medianForce(Path.of("").toAbsolutePath())));
        }
    }

    private BenchResult own() throws IOException, InterruptedException {
        Path program = NatsChild.program()
                .orElseThrow(() -> new IOException("no nats-server on the PATH: install one with `apt-get install"
                        + " nats-server`, or measure a running gateway with --url and --nats"));
        Path directory = Files.createDirectories(DATA)
                .toAbsolutePath()
                .resolve(UUID.randomUUID().toString());
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        Thread interrupted = new Thread(() -> end(opened, directory), "bactrian-bench-end");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            return own(program, directory, opened);
        } finally {
            end(opened, directory);
            try {
                Runtime.getRuntime().removeShutdownHook(interrupted);
            } catch (IllegalStateException e) {
                // Ctrl-C has come, and the hook does the same
            }
        }
    }

    private BenchResult own(Path program, Path directory, Deque<AutoCloseable> opened)
            throws IOException, InterruptedException {
        long before = Device.medianForce(directory);
        NatsRestarts broker =
                new NatsRestarts(NatsChild.start(program, 0, directory.resolve("nats")), program, directory);
        open(opened, broker);
        String ownToken = UUID.randomUUID().toString();
        secret = UUID.randomUUID().toString();
        GatewayChild gateway =
                GatewayChild.start(directory, configured.files(), keys(directory, broker.url(), ownToken));
        open(opened, gateway);
        webhook = WEBHOOK;
        Load load = load(gateway.url(), ownToken);
        StreamAudit stream = audit(broker.url());
        open(opened, stream);
        BenchResult result = new Bench(load, stream, new ProcessUsage(gateway.handle()), broker, secret, progress())
                .run("fsync before each 2xx; the device: " + forced((before + Device.medianForce(directory)) / 2));
        return result;
    }

    /** What jnats says when there is no server quotes its whole URL. */
    private StreamAudit audit(String server) throws IOException, InterruptedException {
        try {
            return StreamAudit.of(server, subject);
        } catch (IOException e) {
            throw new IOException(Redaction.redact(String.valueOf(e.getMessage())), e);
        }
    }

    private static void open(Deque<AutoCloseable> opened, AutoCloseable resource) {
        synchronized (opened) {
            opened.push(resource);
        }
    }

    private static String forced(long nanos) {
        return String.format(Locale.ROOT, "fdatasync of 4 KiB in %.3f ms (median)", nanos / NANOS_IN_MILLI);
    }

    private Map<String, String> keys(Path directory, String natsUrl, String ownToken) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("bactrian.journal.directory", directory.resolve("journal").toString());
        keys.put("bactrian.nats.servers", natsUrl);
        keys.put("bactrian.nats.create-stream", "true");
        keys.put("bactrian.nats.stream", STREAM);
        keys.put("bactrian.nats.subject", "events.{name}");
        keys.put("bactrian.events.verify", "token");
        keys.put("bactrian.events.token", ownToken);
        keys.put("bactrian.events.max-batch", String.valueOf(Math.max(1000, batch)));
        int digits = webhooks == 1 ? 0 : String.valueOf(webhooks - 1).length();
        for (int i = 0; i < webhooks; i++) {
            String number = digits == 0 ? "" : String.format(Locale.ROOT, "%0" + digits + "d", i);
            String template = "camel.routeTemplate[" + WEBHOOK + number + "].";
            keys.put(template + "templateId", "webhook");
            keys.put(template + "verify", "github");
            keys.put(template + "secret", secret);
        }
        if (scenario == Scenario.PROCESSED) {
            keys.put("bactrian.ack", "processed");
        }
        keys.putAll(configured.overrides());
        return keys;
    }

    private Load load(URI base, String credential) {
        Map<String, String> headers = new LinkedHashMap<>();
        String path = base.getRawPath() == null || base.getRawPath().equals("/") ? "" : base.getRawPath();
        if (path.isEmpty()) {
            path = scenario == Scenario.WEBHOOK
                    ? "/hooks/" + webhook
                    : configured.settings().get("bactrian.events.path");
        }
        if (credential != null && scenario != Scenario.WEBHOOK) {
            headers.put("Authorization", "Bearer " + credential);
        }
        if (scenario == Scenario.PROCESSED && url != null) {
            headers.put("Prefer", "wait=5");
        }
        int port = base.getPort() < 0 ? 80 : base.getPort();
        try {
            return new Load(
                    scenario,
                    URI.create(base.getScheme() + "://" + base.getHost() + ":" + port + path),
                    headers,
                    connections,
                    rate == 0 && scenario == Scenario.OUTAGE ? OUTAGE_RATE : rate,
                    warmup,
                    duration,
                    size,
                    batch,
                    copies,
                    webhooks);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private ProgressLine progress() {
        return ProgressLine.on(spec.commandLine().getErr());
    }

    private static void end(Deque<AutoCloseable> opened, Path directory) {
        synchronized (opened) {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (Exception e) {
                    System.err.println("bactrian: " + Causes.oneLine(e));
                }
            }
        }
        try {
            ThrowAway.delete(directory);
        } catch (IOException e) {
            System.err.println("bactrian: " + directory + " is left: " + e.getMessage());
        }
    }

    /** Our own NATS, which the outage takes away and brings back. */
    private static final class NatsRestarts implements Broker, AutoCloseable {
        private final Path program;
        private final Path directory;
        private final String url;
        private NatsChild child;

        NatsRestarts(NatsChild child, Path program, Path directory) {
            this.child = child;
            this.program = program;
            this.directory = directory;
            this.url = child.url();
        }

        String url() {
            return url;
        }

        @Override
        public void stop() {
            child.close();
        }

        @Override
        public void start() throws IOException, InterruptedException {
            child = NatsChild.start(program, URI.create(url).getPort(), directory.resolve("nats"));
        }

        @Override
        public void close() {
            child.close();
        }
    }
}
