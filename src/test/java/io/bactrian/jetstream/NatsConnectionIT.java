package io.bactrian.jetstream;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NatsConnectionIT {
    private static final String USERS = """
            authorization { users: [
              { user: admin, password: admin }
              { user: bactrian, password: %s, permissions: { publish: ["%s", "$JS.API.>"], subscribe: "_INBOX.>" } }
            ] }
            """;

    private final Publishing publishing = new Publishing();

    @AfterEach
    void close() {
        publishing.close();
    }

    @Test
    void whatever_breaks_an_attempt_to_connect_another_one_follows() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        AtomicBoolean broke = new AtomicBoolean();
        Path breaking = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (path, method, arguments) -> {
                    if (broke.compareAndSet(false, true)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return "no-file-that-this-server-asks-for";
                });

        // When
        NatsOptions options =
                Publishing.options(server.url()).credentialsFile(breaking).build();
        publishing.open(options, PublisherOptions.of(options));

        // Then
        publishing.awaitConnected();
        assertThat(broke).isTrue();
    }

    @Test
    void wrong_credentials_are_named_alarmed_and_heal_when_they_are_put_right() {
        // Given
        NatsServer server = publishing.server(NatsServer.builder()
                .config(USERS.formatted("right", "events.>"))
                .admin("admin", "admin")
                .start());
        server.createStream("EVENTS", "events.>");
        openAsBactrian(server.url(), "wrong");
        Conditions.await(
                Publishing.PATIENCE,
                "refused",
                () -> publishing.nats().status().reason().contains("Authorization Violation"));

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-1"));
        server.reload(USERS.formatted("wrong", "events.>"));
        PubAck ack = publishing.retried(publishing.message("events.a", "id-1"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
        assertThat(ack.sequence()).isEqualTo(1);
        assertThat(publishing.nats().status().reason()).isNull();
    }

    @Test
    void credentials_that_are_revoked_and_given_back_do_not_end_the_connection_for_good() {
        // Given
        NatsServer server = publishing.server(NatsServer.builder()
                .config(USERS.formatted("right", "events.>"))
                .admin("admin", "admin")
                .start());
        server.createStream("EVENTS", "events.>");
        openAsBactrian(server.url(), "right");
        publishing.awaitConnected();

        // When
        server.reload(USERS.formatted("other", "events.>"));
        Connection first = publishing.nats().connection();
        Conditions.await(
                Publishing.PATIENCE, "jnats has given up", () -> first.getStatus() == Connection.Status.CLOSED);
        server.reload(USERS.formatted("right", "events.>"));

        // Then
        assertThat(publishing.retried(publishing.message("events.a", "id-1")).sequence())
                .isEqualTo(1);
    }

    @Test
    void a_missing_permission_fails_at_once_and_says_so() {
        // Given
        NatsServer server = publishing.server(NatsServer.builder()
                .config(USERS.formatted("right", "other.>"))
                .admin("admin", "admin")
                .start());
        server.createStream("EVENTS", "events.>");
        NatsOptions options =
                Publishing.options(server.url()).user("bactrian", "right").build();
        publishing.open(options, new PublisherOptions(Duration.ofHours(1), 10, 1 << 20));
        publishing.awaitConnected();

        // When
        PublishException denied = publishing.failure(publishing.message("events.a", "id-1"));

        // Then
        assertThat(denied.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
        assertThat(denied).hasMessage("no permission to publish to events.a");
        assertThat(publishing.nats().status().reason()).isEqualTo("no permission to publish to events.a");
    }

    @Test
    void a_half_open_connection_is_found_by_the_deadline_and_left() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        FaultProxy proxy = publishing.proxy(server);
        NatsOptions options = Publishing.options(proxy.url())
                .pingInterval(Duration.ofMinutes(10))
                .build();
        publishing.open(options, PublisherOptions.of(options));
        publishing.awaitConnected();
        proxy.halfOpen();

        // When
        PublishException silent = publishing.failure(publishing.message("events.a", "id-1"));
        PubAck ack = publishing.retried(publishing.message("events.a", "id-1"));

        // Then
        assertThat(silent.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(ack).isEqualTo(new PubAck("EVENTS", 1, false));
    }

    @Test
    void a_peer_that_answers_pings_but_no_publish_is_reconnected_by_the_watchdog() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        FaultProxy proxy = publishing.proxy(server);
        // somebody takes the request and never answers: the connection is well, PubAcks do not come
        server.admin().createDispatcher(message -> {}).subscribe("events.>");
        publishing.connect(proxy.url());

        // When
        long before = proxy.accepted();
        Conditions.await(Publishing.PATIENCE, "reconnected", () -> {
            PublishException silent = publishing.failure(publishing.message("events.a", "id-1"));
            assertThat(silent.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
            return proxy.accepted() > before;
        });

        // Then
        publishing.awaitConnected();
    }

    @Test
    void changes_are_told_in_order() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        publishing.connect(server.url());
        List<Boolean> seen = new CopyOnWriteArrayList<>();
        publishing.nats().onChange(status -> {
            if (seen.isEmpty() || seen.get(seen.size() - 1) != status.connected()) {
                seen.add(status.connected());
            }
        });

        // When
        server.kill();
        Conditions.await(Publishing.PATIENCE, "lost", () -> seen.size() == 1);
        server.restart();
        Conditions.await(Publishing.PATIENCE, "back", () -> seen.size() == 2);

        // Then
        assertThat(seen).containsExactly(false, true);
    }

    @Test
    void lame_duck_mode_lets_nothing_new_in_and_the_next_server_takes_over() {
        // Given
        NatsServer server = publishing.server(NatsServer.start("lame_duck_duration: 30s\nlame_duck_grace_period: 1s"));
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        server.lameDuck();
        Conditions.await(
                Publishing.PATIENCE, "told", () -> !publishing.nats().status().connected());
        PublishException refused = publishing.failure(publishing.message("events.a", "id-1"));
        server.kill();
        server.restart();
        PubAck ack = publishing.retried(publishing.message("events.a", "id-1"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(ack.sequence()).isEqualTo(1);
    }

    @Test
    void an_event_above_a_lowered_max_payload_costs_one_reconnect_and_is_then_refused() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());
        OutboundMessage large = new OutboundMessage("events.a", List.of(), new byte[5_000], "id-1");
        server.reload("max_payload: 2000");
        Conditions.await(Publishing.PATIENCE, "reloaded", () -> server.log().contains("Reloaded: max_payload = 2000"));

        // When: the server does not tell connected clients, it cuts them off
        PublishException cutOff = publishing.failure(large);
        Conditions.await(
                Publishing.PATIENCE, "seen", () -> publishing.nats().status().maxPayload() == 2000);
        publishing.awaitConnected();

        // Then
        assertThat(cutOff.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(publishing.failure(large)).isInstanceOf(PublishRefusedException.class);
    }

    @Test
    void the_applications_own_connection_is_used_and_left_open() throws IOException, InterruptedException {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        Connection own = Nats.connect(Options.builder().server(server.url()).build());
        PubAck ack;

        // When
        try (NatsConnection nats = NatsConnection.wrap(own);
                JetStreamPublisher publisher =
                        new JetStreamPublisher(nats, new PublisherOptions(Duration.ofSeconds(10), 10, 1000))) {
            ack = publisher.publish(publishing.message("events.a", "id-1")).join();
        }

        // Then
        assertThat(ack).isEqualTo(new PubAck("EVENTS", 1, false));
        assertThat(own.getStatus()).isEqualTo(Connection.Status.CONNECTED);
        own.close();
    }

    private void openAsBactrian(String url, String password) {
        NatsOptions options = Publishing.options(url).user("bactrian", password).build();
        publishing.open(options, PublisherOptions.of(options));
    }
}
