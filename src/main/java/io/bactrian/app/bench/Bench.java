package io.bactrian.app.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nats.client.JetStreamApiException;

/** One run: warm-up, the measured part, the wait for what is on its way, and the comparison with the stream. */
public final class Bench {

    private static final long TICK_MILLIS = 500;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Load load;
    private final StreamAudit stream;
    private final ProcessUsage gateway;
    private final Broker broker;
    private final RequestTemplate.Signature signature;
    private final ProgressLine progress;

    /**
     * @param stream where the events must be, or null: nothing is compared
     * @param gateway its process, or null when it is not known
     * @param broker may be null but for {@link Scenario#OUTAGE}
     * @param secret of the webhook, or null
     */
    public Bench(
            Load load, StreamAudit stream, ProcessUsage gateway, Broker broker, String secret, ProgressLine progress) {
        this.load = load;
        this.stream = stream;
        this.gateway = gateway;
        this.broker = broker;
        this.signature = secret == null ? null : new HmacHex(secret);
        this.progress = progress;
    }

    /** What is true at one moment. */
    private record Moment(long at, Instant clock, OptionalLong gatewayCpu, OptionalLong clientCpu) {}

    /**
     * Runs it.
     *
     * @param durability what to say of it
     * @throws IOException when the gateway cannot be reached, or nothing was accepted
     */
    public BenchResult run(String durability) throws IOException, InterruptedException {
        String run = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41), 36);
        Ledger ledger = new Ledger();
        LoadClient client = new LoadClient(load, RequestTemplate.of(load, run, signature), ledger);
        Thread thread = new Thread(client, "bench-client");
        thread.setDaemon(true);
        thread.start();
        follow(thread, client, ledger, "warming up", load.warmup());
        Moment begin = moment(client);
        ledger.begin(begin.at());
        long lastBeforeReturn = -1;
        Instant returned = null;
        if (load.scenario() == Scenario.OUTAGE) {
            Duration quarter = load.duration().dividedBy(4);
            follow(thread, client, ledger, "NATS is there", quarter);
            broker.stop();
            follow(thread, client, ledger, "NATS is away", quarter.multipliedBy(2));
            lastBeforeReturn = ledger.lastEvent();
            returned = Instant.now();
            broker.start();
            follow(thread, client, ledger, "NATS is back", quarter);
        } else {
            follow(thread, client, ledger, "measuring", load.duration());
        }
        Moment end = moment(client);
        ledger.end(end.at());
        OptionalLong resident = gateway == null ? OptionalLong.empty() : gateway.residentBytes();
        client.stop();
        thread.join();
        if (client.failure() != null) {
            throw new IOException("the client failed: " + client.failure(), client.failure());
        }
        Tally tally = new Tally(ledger, run, begin.clock(), end.clock(), lastBeforeReturn, returned);
        if (stream != null) {
            compare(tally, ledger);
        }
        progress.clear();
        if (ledger.answered() == 0) {
            throw new IOException("no event was accepted by " + load.target() + ": answers " + ledger.refused()
                    + (ledger.lastFailure() == null ? "" : ", last failure " + ledger.lastFailure()));
        }
        long answered = ledger.answeredInWindow();
        return new BenchResult(
                load,
                (end.at() - begin.at()) / (double) TimeUnit.SECONDS.toNanos(1),
                answered,
                ledger.measured().cardinality(),
                ledger.accepted().cardinality(),
                stream != null,
                tally.delivered(),
                tally.storedInWindow(),
                stream == null ? 0 : tally.missing(),
                tally.duplicates(),
                ledger.latency(),
                ledger.refused(),
                ledger.broken(),
                tally.backlogMillis(),
                tally.drained(),
                tally.drainMillis(),
                perEvent(begin.gatewayCpu(), end.gatewayCpu(), answered),
                perEvent(begin.clientCpu(), end.clientCpu(), answered),
                resident,
                durability);
    }

    private Moment moment(LoadClient client) {
        OptionalLong cpu = gateway == null ? OptionalLong.empty() : gateway.cpuNanos();
        OptionalLong own = new ProcessUsage(ProcessHandle.current()).cpuNanos();
        return new Moment(client.elapsed(), Instant.now(), cpu, own);
    }

    private static OptionalDouble perEvent(OptionalLong before, OptionalLong after, long events) {
        return before.isPresent() && after.isPresent() && events > 0
                ? OptionalDouble.of((after.getAsLong() - before.getAsLong()) / 1000.0 / events)
                : OptionalDouble.empty();
    }

    /** Lets the load go on and shows what it does. */
    private void follow(Thread thread, LoadClient client, Ledger ledger, String what, Duration time)
            throws InterruptedException {
        long end = client.elapsed() + time.toNanos();
        long answeredBefore = ledger.answered();
        long shownAt = client.elapsed();
        for (long left = end - client.elapsed(); left > 0; left = end - client.elapsed()) {
            thread.join(Math.max(1, Math.min(TICK_MILLIS, TimeUnit.NANOSECONDS.toMillis(left))));
            if (!thread.isAlive()) {
                return;
            }
            long now = client.elapsed();
            long answered = ledger.answered();
            double rate = (answered - answeredBefore) * 1e9 / Math.max(1, now - shownAt);
            progress.show(
                    "%s: %,.0f a second, %,d answered, %d s left",
                    what, rate, answered, Math.max(0, (end - now) / 1_000_000_000));
            answeredBefore = answered;
            shownAt = now;
        }
    }

    /** Reads the stream until it has everything, or nothing more has come for a while. */
    private void compare(Tally tally, Ledger ledger) throws IOException, InterruptedException {
        long grownAt = System.nanoTime();
        long missing = Long.MAX_VALUE;
        while (true) {
            try {
                stream.read(tally);
            } catch (JetStreamApiException e) {
                throw new IOException("the stream cannot be read: " + e.getMessage(), e);
            }
            long now = tally.missing();
            if (now < missing) {
                grownAt = System.nanoTime();
                missing = now;
            }
            if (missing == 0 || System.nanoTime() - grownAt > PATIENCE_NANOS) {
                return;
            }
            progress.show(
                    "waiting for %,d of %,d events", missing, ledger.accepted().cardinality());
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
