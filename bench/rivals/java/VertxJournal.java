import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.camel.journal.EventEnvelope;
import io.bactrian.camel.journal.StatusIds;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.HttpBinding;
import io.bactrian.cloudevents.HttpHeaders;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.NatsBinding;
import io.bactrian.jetstream.Header;
import io.bactrian.jetstream.JetStreamPublisher;
import io.bactrian.jetstream.NatsConnection;
import io.bactrian.jetstream.NatsOptions;
import io.bactrian.jetstream.OutboundMessage;
import io.bactrian.jetstream.PublisherOptions;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalConfig;
import io.bactrian.journal.Key;
import io.bactrian.journal.PendingEvent;
import io.bactrian.journal.Published;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;

/**
 * The bound: Bactrian's own journal, event model and publisher below raw Vert.x, without Camel, credential, limits, meters and
 * error handling. What is between it and the gateway is what those cost.
 */
public final class VertxJournal {

    private static final int WINDOW = 1024;

    private final Vertx vertx = Vertx.vertx();
    private final Journal journal;
    private final JetStreamPublisher publisher;
    private final StatusIds ids;
    private final ExecutorService pump = Executors.newSingleThreadExecutor();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicInteger inFlight = new AtomicInteger();

    private VertxJournal(String nats, Path directory) {
        journal = Journal.open(JournalConfig.defaults(directory));
        ids = new StatusIds(journal.installationKey());
        publisher = new JetStreamPublisher(
                NatsConnection.open(NatsOptions.builder().servers(nats).build()),
                new PublisherOptions(Duration.ofSeconds(5), WINDOW, 64 << 20));
        journal.onAvailable(this::wake);
    }

    public static void main(String[] arguments) {
        VertxJournal gateway = new VertxJournal(arguments[1], Path.of(arguments[2]));
        gateway.vertx
                .createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> gateway.accept(request, body)))
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
    }

    private void accept(HttpServerRequest request, Buffer body) {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        CloudEvent event;
        try {
            event = HttpBinding.readBinary(HttpHeaders.of(request.headers()), body.getBytes());
        } catch (InvalidCloudEventException e) {
            request.response().setStatusCode(400).end(e.getMessage());
            return;
        }
        EventKey hash = EventKey.of(event);
        Key key = new Key(hash.high(), hash.low());
        byte[] payload = new EventEnvelope("rival", "events.rival", false, List.of(), false, event).encode();
        journal.append(key, payload, loop).whenComplete((appended, failure) -> {
            if (failure == null) {
                String location = "/events/" + ids.idOf(key);
                request.response()
                        .setStatusCode(202)
                        .putHeader("Location", location)
                        .putHeader("Retry-After", "1")
                        .putHeader("Content-Type", "application/json")
                        .end("{\"id\":\"" + location + "\",\"state\":\"accepted\",\"acceptedAt\":\""
                                + appended.acceptedAt() + "\"}");
            } else {
                request.response().setStatusCode(503).end(failure.getMessage());
            }
        });
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            pump.execute(this::emit);
        }
    }

    private void emit() {
        scheduled.set(false);
        publisher.beginBurst();
        try {
            while (inFlight.get() < WINDOW) {
                PendingEvent pending = journal.next();
                if (pending == null) {
                    return;
                }
                inFlight.incrementAndGet();
                publish(pending);
            }
        } finally {
            publisher.endBurst();
        }
    }

    private void publish(PendingEvent pending) {
        EventEnvelope envelope = EventEnvelope.decode(pending.payload());
        CloudEvent event = envelope.event();
        NatsBinding.NatsMessage message = NatsBinding.binary(event);
        List<Header> headers = message.headers().stream()
                .map(header -> new Header(header.name(), header.value()))
                .toList();
        publisher
                .publish(new OutboundMessage(
                        envelope.subject(), headers, message.payload(), EventKey.of(event).messageId(pending.epoch())))
                .whenComplete((ack, failure) -> {
                    if (failure == null) {
                        journal.processed(
                                pending, new Published(ack.stream(), ack.sequence(), ack.duplicate(), Instant.now()));
                    } else {
                        journal.release(pending);
                    }
                    if (inFlight.decrementAndGet() <= WINDOW * 3 / 4) {
                        wake();
                    }
                });
    }
}
