package io.bactrian.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.NatsBinding;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;

/**
 * How fast a backlog flows from the journal through the deliver route into a stream once NATS is back, beside jnats' own {@code
 * publishAsync} of the same bytes on the same server in the same run, with as many unanswered. See docs/performance.md.
 *
 * <p>{@code DIR EVENTS ORDER KEYS}: an empty directory, events of 512 bytes of data, {@code bactrian.delivery.order}, and how many
 * keys they have by turns.
 */
final class DeliveryBenchmark {
    private static final int DATA = 512;
    private static final int WINDOW = 1024;

    private DeliveryBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int events = Integer.parseInt(arguments[1]);
        String order = arguments[2];
        int keys = Integer.parseInt(arguments[3]);
        try (NatsServer nats = NatsServer.start()) {
            for (String round : List.of("first round, both cold", "second round, both warm")) {
                System.out.println(round);
                nats.createStream("EVENTS", "events.>");
                double plain = plain(nats, events, keys);
                // never purged: nats-server 2.9 keeps what comes after a purge in memory, and is a third faster for it
                nats.deleteStream("EVENTS");
                nats.createStream("EVENTS", "events.>");
                Path journal = directory.resolve(round.substring(0, round.indexOf(' ')));
                fill(journal, events, keys);
                nats.stop();
                double ours = backlog(nats, journal, events, order);
                nats.deleteStream("EVENTS");
                System.out.printf("ratio %.2f%n", ours / plain);
            }
        }
    }

    private static CloudEvent event(int number, int keys) throws Exception {
        byte[] data = ("{\"n\":" + number + ",\"d\":\"" + "x".repeat(DATA) + "\"}")
                .substring(0, DATA - 2)
                .concat("\"}")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return CloudEvent.builder()
                .id("bench-" + number)
                .source("/bench")
                .type("com.example.measured")
                .subject("key" + number % keys)
                .time("2026-01-02T03:04:05.678Z")
                .dataContentType("application/json")
                .attribute("partitionkey", "key" + number % keys)
                .data(data)
                .build();
    }

    private static String subject(CloudEvent event) {
        return "events." + event.subject();
    }

    private static void fill(Path directory, int events, int keys) throws Exception {
        JournalConfig defaults = JournalConfig.defaults(directory);
        Semaphore window = new Semaphore(WINDOW);
        try (Journal journal = Journal.open(defaults)) {
            for (int n = 0; n < events; n++) {
                CloudEvent event = event(n, keys);
                EventKey key = EventKey.of(event);
                byte[] payload = new EventEnvelope("bench", subject(event), false, List.of(), false, event).encode();
                window.acquire();
                CompletableFuture<?> unused = journal.append(new Key(key.high(), key.low()), payload, Runnable::run)
                        .whenComplete((done, error) -> window.release());
            }
            window.acquire(WINDOW);
        }
    }

    /** What a Java program of its own would do: headers and payload of each event, a bounded window, PubAcks awaited. */
    @SuppressWarnings("try") // closing a connection may be interrupted
    private static double plain(NatsServer nats, int events, int keys) throws Exception {
        Semaphore window = new Semaphore(WINDOW);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Options options = Options.builder().server(nats.url()).build();
        try (Connection connection = Nats.connect(options)) {
            JetStream jetStream = connection.jetStream();
            long began = System.nanoTime();
            for (int n = 0; n < events; n++) {
                CloudEvent event = event(n, keys);
                Headers headers = new Headers();
                NatsBinding.NatsMessage message = NatsBinding.binary(event);
                message.headers().forEach(header -> headers.add(header.name(), header.value()));
                headers.add("Nats-Msg-Id", EventKey.of(event).messageId());
                window.acquire();
                CompletableFuture<PublishAck> unused = jetStream
                        .publishAsync(subject(event), headers, message.payload())
                        .whenComplete((ack, error) -> {
                            failure.compareAndSet(null, error);
                            window.release();
                        });
            }
            window.acquire(WINDOW);
            double rate = events * 1e9 / (System.nanoTime() - began);
            if (failure.get() != null) {
                throw new IllegalStateException("a plain publish failed", failure.get());
            }
            System.out.printf("plain publishAsync   %,9.0f a second%n", rate);
            return rate;
        }
    }

    private static double backlog(NatsServer nats, Path directory, int events, String order) {
        try (TestGateway gateway = TestGateway.with(directory)
                .nats(nats)
                .set("bactrian.journal.segment-size", "64MiB")
                .set("bactrian.journal.max-size", "10GiB")
                .set("bactrian.delivery.backoff-max", "30s")
                .set("bactrian.delivery.order", order)
                .start()) {
            Journal journal = JournalService.of(gateway.gateway().context()).journal();
            require(
                    journal.stats().pending() == events,
                    "pending before: " + journal.stats().pending());
            // an outage of some length, in which nothing may pile up in memory
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10));
            System.gc();
            System.out.printf("heap in the outage   %9d MiB%n", used());
            nats.restart();
            long back = System.nanoTime();
            await(journal, events - 1);
            long first = System.nanoTime();
            long lastSecond = events - 1L;
            while (journal.stats().pending() > 0) {
                await(journal, 0, TimeUnit.SECONDS.toNanos(1));
                long left = journal.stats().pending();
                System.out.printf("  %,d in a second%n", lastSecond - left);
                lastSecond = left;
            }
            long last = System.nanoTime();
            long stored = nats.messageCount("EVENTS");
            require(stored == events, "stored " + stored);
            double rate = (events - 1) * 1e9 / (last - first);
            System.out.printf("journal to stream    %,9.0f a second, order %s%n", rate, order);
            System.out.printf(
                    "after NATS is back   first event %,d ms, last event %,d ms%n",
                    Duration.ofNanos(first - back).toMillis(),
                    Duration.ofNanos(last - back).toMillis());
            System.out.printf("heap, most after GC  %9d MiB%n", mostAfterCollection());
            return rate;
        }
    }

    private static void await(Journal journal, long pending) {
        while (journal.stats().pending() > pending) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void await(Journal journal, long pending, long nanos) {
        long until = System.nanoTime() + nanos;
        while (journal.stats().pending() > pending && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    private static long mostAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                        .map(MemoryPoolMXBean::getCollectionUsage)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                >> 20;
    }
}
