package io.bactrian.jetstream;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.Folders;
import io.bactrian.testing.NatsServer;
import io.nats.client.Dispatcher;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class EarlierPublishesIT {
    private static final Duration OVER = Duration.ofMillis(100);

    @TempDir
    Path directory;

    private final Publishing publishing = new Publishing();

    @AfterEach
    void close() {
        publishing.close();
    }

    /** After a restart every pending event may be asked for, and each may have a subject of its own. */
    @Test
    void a_stream_is_asked_for_once_however_many_subjects_it_takes() throws Exception {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());
        AtomicInteger questions = new AtomicInteger();
        Dispatcher listener = server.admin().createDispatcher(message -> questions.incrementAndGet());
        listener.subscribe("$JS.API.STREAM.>");
        server.admin().flush(Publishing.PATIENCE);

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), Publishing.TIMEOUT, 1000)) {
            // When
            for (int n = 0; n < 200; n++) {
                Optional<PubAck> found = found(earlier, publishing.message("events." + n, "id-" + n), Instant.now());
                assertThat(found).isEmpty();
            }
        }

        // Then
        server.admin().flush(Publishing.PATIENCE);
        assertThat(questions).hasValueBetween(1, 5);
    }

    @Test
    void a_copy_that_the_server_no_longer_knows_is_found_in_the_stream() throws Exception {
        // Given
        publishing.connect(forgetful(null).url());
        Instant began = Instant.now();
        PubAck first = publishing.acknowledged(publishing.message("events.a", "id-1"));

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), OVER, 1000)) {
            // When
            Optional<PubAck> stored = found(earlier, publishing.message("events.a", "id-1"), began);
            Optional<PubAck> other = found(earlier, publishing.message("events.b", "id-2"), began);

            // Then
            assertThat(stored).contains(new PubAck("EVENTS", first.sequence(), true));
            assertThat(other).isEmpty();
        }
    }

    @Test
    void no_more_of_a_stream_is_read_than_is_allowed() throws Exception {
        // Given
        publishing.connect(forgetful(null).url());
        Instant began = Instant.now();
        List<OutboundMessage> sent = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            sent.add(publishing.message("events.a", "id-" + n));
            publishing.acknowledged(sent.get(n));
        }

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), OVER, 10)) {
            // Then: the tenth is read, the eleventh is not, and would be stored twice
            assertThat(found(earlier, sent.get(9), began)).isPresent();
            assertThat(found(earlier, sent.get(10), began)).isEmpty();
        }
    }

    @Test
    void a_stream_that_may_not_be_asked_holds_nothing_up() throws Exception {
        // Given
        NatsServer server = forgetful("""
                authorization { users: [
                  { user: admin, password: admin },
                  { user: gateway, password: gateway, permissions: { publish: "events.>", subscribe: "_INBOX.>" } }
                ] }""");
        publishing.open(
                Publishing.options(server.url()).user("gateway", "gateway").build(),
                new PublisherOptions(Publishing.TIMEOUT, 10, 1 << 20));
        publishing.awaitConnected();
        Instant began = Instant.now();
        publishing.acknowledged(publishing.message("events.a", "id-1"));

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), OVER, 1000)) {
            // Then: at least once, and said in a warning
            assertThat(found(earlier, publishing.message("events.a", "id-1"), began))
                    .isEmpty();
        }
    }

    /** Else an event would be processed that is nowhere any more. */
    @Test
    void a_copy_that_the_broker_has_lost_since_it_was_read_is_not_found() throws Exception {
        // Given: the first copy is on the disk, the second one only said to be
        NatsServer server = forgetful(null);
        publishing.connect(server.url());
        Instant began = Instant.now();
        publishing.acknowledged(publishing.message("events.a", "id-1"));
        server.stop();
        Path copy = directory.resolve("copy");
        Folders.copy(server.storeDirectory(), copy);
        server.restart();
        publishing.awaitConnected();
        publishing.acknowledged(publishing.message("events.a", "id-2"));

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), OVER, 1000)) {
            assertThat(found(earlier, publishing.message("events.a", "id-2"), began))
                    .isPresent();

            // When
            server.kill();
            Folders.replace(server.storeDirectory(), copy);
            server.restart();
            publishing.awaitConnected();

            // Then
            assertThat(found(earlier, publishing.message("events.a", "id-1"), began))
                    .isPresent();
            assertThat(found(earlier, publishing.message("events.a", "id-2"), began))
                    .isEmpty();
        }
    }

    @Test
    void a_copy_of_a_stream_that_was_made_again_is_soon_not_found() throws Exception {
        // Given
        NatsServer server = forgetful(null);
        publishing.connect(server.url());
        Instant began = Instant.now();
        OutboundMessage message = publishing.message("events.a", "id-1");
        publishing.acknowledged(message);

        try (EarlierPublishes earlier = new EarlierPublishes(publishing.nats(), OVER, 1000)) {
            assertThat(found(earlier, message, began)).isPresent();

            // When
            server.deleteStream("EVENTS");
            create(server);

            // Then
            Conditions.await(Publishing.PATIENCE, "not found", () -> found(earlier, message, began)
                    .isEmpty());
        }
    }

    /** Knows message ids for as short a time as a server allows. */
    private NatsServer forgetful(String config) {
        NatsServer server = publishing.server(
                config == null
                        ? NatsServer.start()
                        : NatsServer.builder()
                                .config(config)
                                .admin("admin", "admin")
                                .start());
        create(server);
        return server;
    }

    private static void create(NatsServer server) {
        server.createStream(StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>")
                .storageType(StorageType.File)
                .duplicateWindow(OVER)
                .build());
    }

    /** Asked as if the outage had outlasted the duplicate window. */
    private static Optional<PubAck> found(EarlierPublishes earlier, OutboundMessage message, Instant began)
            throws Exception {
        CompletableFuture<Optional<PubAck>> answer =
                earlier.find(message, new Earlier(began, Instant.now().plus(OVER)));
        return answer.get(Publishing.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
