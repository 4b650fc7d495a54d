package io.bactrian.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.StoredMessage;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class JetStreamPublisherIT {
    private final Publishing publishing = new Publishing();

    @AfterEach
    void close() {
        publishing.close();
    }

    @Test
    void a_message_is_stored_with_its_headers_and_acknowledged() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        PubAck ack = publishing.acknowledged(new OutboundMessage(
                "events.a",
                List.of(new Header("ce-id", "1"), new Header("Http-X", "a"), new Header("Http-X", "b")),
                "data".getBytes(UTF_8),
                "id-1",
                "EVENTS"));

        // Then
        assertThat(ack).isEqualTo(new PubAck("EVENTS", 1, false));
        StoredMessage stored = server.messages("EVENTS").get(0);
        assertThat(stored.text()).isEqualTo("data");
        assertThat(stored.messageId()).isEqualTo("id-1");
        assertThat(stored.header("ce-id")).isEqualTo("1");
        assertThat(stored.headers()).containsEntry("Http-X", List.of("a", "b"));
    }

    @Test
    void an_executor_that_has_no_thread_ends_no_deadline() throws Exception {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        publishing.connect(server.url());
        server.admin().createDispatcher(message -> {}).subscribe("silent");
        server.admin().flush(Publishing.PATIENCE);
        Executor noThread = task -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        PublisherOptions options = new PublisherOptions(Publishing.TIMEOUT, 10, 1 << 20);
        try (JetStreamPublisher publisher = new JetStreamPublisher(publishing.nats(), options, noThread)) {
            for (int i = 0; i < 2; i++) {
                // When
                CompletableFuture<PubAck> publish = publisher.publish(publishing.message("silent", "id-" + i));

                // Then
                assertThat(publish)
                        .failsWithin(Publishing.PATIENCE)
                        .withThrowableThat()
                        .withMessageContaining("no answer");
            }
        }
    }

    @Test
    void a_lost_puback_fails_by_deadline_and_the_retry_is_a_duplicate_of_one_copy() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        FaultProxy proxy = publishing.proxy(server);
        publishing.connect(proxy.url());
        proxy.dropAnswers();

        // When
        PublishException lost = publishing.failure(publishing.message("events.a", "id-1"));
        proxy.heal();
        PubAck retried = publishing.retried(publishing.message("events.a", "id-1"));

        // Then
        assertThat(lost.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(retried).isEqualTo(new PubAck("EVENTS", 1, true));
        assertThat(server.countByMsgId("EVENTS")).containsOnly(java.util.Map.entry("id-1", 1));
    }

    @Test
    void nats_away_at_start_fails_at_once_and_works_when_it_comes_up() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        server.stop();
        publishing.open(server.url());

        // When
        PublishException away = publishing.failure(publishing.message("events.a", "id-1"));
        server.restart();
        publishing.awaitConnected();
        PubAck ack = publishing.acknowledged(publishing.message("events.a", "id-1"));

        // Then
        assertThat(away.errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(ack).isEqualTo(new PubAck("EVENTS", 1, false));
    }

    @Test
    void a_missing_stream_is_retryable_and_heals_when_it_is_created() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        publishing.connect(server.url());

        // When
        PublishException missing = publishing.failure(publishing.message("events.a", "id-1"));
        server.createStream("EVENTS", "events.>");
        PubAck ack = publishing.acknowledged(publishing.message("events.a", "id-1"));

        // Then
        assertThat(missing.errorClass()).isEqualTo(ErrorClass.NO_STREAM);
        assertThat(ack.sequence()).isEqualTo(1);
    }

    @Test
    void a_full_stream_is_retryable_and_heals_when_it_is_raised() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        StreamConfiguration full = StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>")
                .maxMessages(1)
                .discardPolicy(DiscardPolicy.New)
                .build();
        server.createStream(full);
        publishing.connect(server.url());
        publishing.acknowledged(publishing.message("events.a", "id-1"));

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-2"));
        PubAck known = publishing.acknowledged(publishing.message("events.a", "id-1"));
        server.updateStream(StreamConfiguration.builder(full).maxMessages(2).build());
        PubAck ack = publishing.acknowledged(publishing.message("events.a", "id-2"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.CAPACITY);
        assertThat(refused.apiErrorCode()).isEqualTo(10077);
        assertThat(known.duplicate()).isTrue();
        assertThat(ack).isEqualTo(new PubAck("EVENTS", 2, false));
    }

    @Test
    void a_message_too_large_for_the_stream_is_refused_for_good() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStreamUpTo(100, "EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        PublishException refused =
                publishing.failure(new OutboundMessage("events.a", List.of(), new byte[200], "id-1"));

        // Then
        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.apiErrorCode()).isEqualTo(10054);
    }

    @Test
    void a_message_too_large_for_the_server_is_refused_for_good() {
        // Given
        NatsServer server = publishing.server(NatsServer.start("max_payload: 1000"));
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        PublishException refused =
                publishing.failure(new OutboundMessage("events.a", List.of(), new byte[980], "id-1"));

        // Then
        assertThat(refused).isInstanceOf(PublishRefusedException.class).hasMessageContaining("max_payload is 1000");
    }

    private static OutboundMessage withHeadersOf(int bytes) {
        OutboundMessage without =
                new OutboundMessage("events.a", List.of(new Header("Http-Long", "")), new byte[0], "id-" + bytes);
        return new OutboundMessage(
                "events.a",
                List.of(new Header("Http-Long", "x".repeat(bytes - without.headerBytes()))),
                new byte[0],
                without.messageId());
    }

    @Test
    void headers_of_more_than_64_kib_are_refused_for_good() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        PubAck stored = publishing.acknowledged(withHeadersOf(OutboundMessage.MAX_HEADER_BYTES));
        PublishException refused = publishing.failure(withHeadersOf(OutboundMessage.MAX_HEADER_BYTES + 1));

        // Then
        assertThat(stored.sequence()).isEqualTo(1);
        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.apiErrorCode()).isEqualTo(10097);
    }

    @Test
    void another_stream_than_the_expected_one_is_a_mistake_of_configuration() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url());

        // When
        PublishException refused =
                publishing.failure(new OutboundMessage("events.a", List.of(), new byte[0], "id-1", "OTHER"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
        assertThat(refused.apiErrorCode()).isEqualTo(10060);
    }

    @Test
    void without_jetstream_nothing_is_published_and_the_status_says_why() {
        // Given
        NatsServer server =
                publishing.server(NatsServer.builder().withoutJetStream().start());
        publishing.connect(server.url());

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-1"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.NO_STREAM);
        assertThat(publishing.nats().status().jetStreamAvailable()).isFalse();
        assertThat(publishing.nats().status().reason()).contains("without JetStream");
    }

    @Test
    void without_headers_nothing_is_published_and_the_status_says_why() {
        // Given
        NatsServer server = publishing.server(NatsServer.start("no_header_support: true"));
        publishing.open(server.url());
        Conditions.await(
                Publishing.PATIENCE,
                "the reason is known",
                () -> publishing.nats().status().reason().contains("headers"));

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-1"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
        assertThat(publishing.nats().status().headersSupported()).isFalse();
    }

    @Test
    void a_subscriber_that_answers_like_no_stream_is_never_taken_for_one() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.admin()
                .createDispatcher(m -> server.admin().publish(m.getReplyTo(), "{}".getBytes(UTF_8)))
                .subscribe("events.>");
        publishing.connect(server.url());

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-1"));

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.CONFIGURATION);
    }

    @Test
    void beyond_the_window_a_publish_fails_at_once_and_nothing_is_queued() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url(), new PublisherOptions(Duration.ofSeconds(30), 2, 1 << 20));
        server.suspend();
        CompletableFuture<PubAck> first = publishing.publish("events.a", "id-1");
        CompletableFuture<PubAck> second = publishing.publish("events.a", "id-2");

        // When
        PublishException refused = publishing.failure(publishing.message("events.a", "id-3"));
        int inFlight = publishing.publisher().inFlight();
        server.resume();

        // Then
        assertThat(refused.errorClass()).isEqualTo(ErrorClass.WINDOW);
        assertThat(inFlight).isEqualTo(2);
        assertThat(first.join().sequence() + second.join().sequence()).isEqualTo(3);
        assertThat(server.messageCount("EVENTS")).isEqualTo(2);
        Conditions.await(
                Duration.ofSeconds(5),
                "the window is empty",
                () -> publishing.publisher().inFlight() == 0);
    }

    @Test
    void a_killed_server_fails_what_is_in_flight_at_once() {
        // Given
        NatsServer server = publishing.server(NatsServer.start());
        server.createStream("EVENTS", "events.>");
        publishing.connect(server.url(), new PublisherOptions(Duration.ofHours(1), 10, 1 << 20));
        server.suspend();
        CompletableFuture<PubAck> inFlight = publishing.publish("events.a", "id-1");

        // When
        server.kill();

        // Then
        assertThat(Publishing.failure(inFlight).errorClass()).isEqualTo(ErrorClass.TRANSPORT);
    }
}
