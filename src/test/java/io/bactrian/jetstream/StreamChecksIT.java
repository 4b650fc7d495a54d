package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.bactrian.jetstream.Finding.Severity;
import io.bactrian.testing.NatsServer;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class StreamChecksIT {
    private static final StreamExpectations EXPECTED =
            new StreamExpectations(List.of("events.*"), Duration.ofHours(1), 2_000, "EVENTS");

    private final Publishing publishing = new Publishing();
    private final StreamChecks checks = new StreamChecks();
    private NatsServer server;

    @BeforeEach
    void start() {
        server = publishing.server(NatsServer.start());
        publishing.connect(server.url());
    }

    @AfterEach
    void close() {
        publishing.close();
    }

    @Test
    void a_created_stream_passes_every_check_and_creating_it_again_changes_nothing()
            throws IOException, PublishException {
        // When
        boolean created = checks.createStream(publishing.nats(), "EVENTS", "events.>");
        boolean createdAgain = checks.createStream(publishing.nats(), "EVENTS", "events.>");

        // Then
        assertThat(created).isTrue();
        assertThat(createdAgain).isFalse();
        assertThat(checks.run(publishing.nats(), EXPECTED))
                .extracting(Finding::severity)
                .containsOnly(Severity.OK);
    }

    @Test
    void a_subject_without_a_stream_is_an_error_with_the_command_that_adds_one() {
        // Given
        server.createStream("EVENTS", "events.one");

        // When
        List<Finding> findings = checks.run(publishing.nats(), EXPECTED);

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.check().equals("stream"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                    assertThat(finding.fix()).startsWith("nats stream add EVENTS --subjects 'events.*'");
                });
    }

    @Test
    void everything_that_loses_or_refuses_events_is_named() {
        // Given
        server.createStream(StreamConfiguration.builder()
                .name("OTHER")
                .subjects("events.>")
                .storageType(StorageType.Memory)
                .discardPolicy(DiscardPolicy.Old)
                .maxMessages(10)
                .maximumMessageSize(1_000)
                .noAck(true)
                .duplicateWindow(Duration.ofSeconds(30))
                .build());

        // When
        List<Finding> findings = checks.run(publishing.nats(), EXPECTED);

        // Then
        assertThat(findings)
                .extracting(Finding::check, Finding::severity)
                .containsExactly(
                        tuple("connection", Severity.OK),
                        tuple("stream", Severity.ERROR),
                        tuple("duplicate-window", Severity.ERROR),
                        tuple("storage", Severity.ERROR),
                        tuple("no-ack", Severity.ERROR),
                        tuple("discard", Severity.WARNING),
                        tuple("max-msg-size", Severity.WARNING));
    }

    @Test
    void the_default_duplicate_window_is_a_warning() {
        // Given
        server.createStream("EVENTS", "events.>");

        // When
        List<Finding> findings = checks.run(publishing.nats(), EXPECTED);

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .extracting(Finding::check, Finding::severity)
                .containsExactly(tuple("duplicate-window", Severity.WARNING));
    }

    @Test
    void the_largest_event_is_the_least_of_server_and_stream() {
        // Given
        long before = checks.maxEventSize(publishing.nats(), "events.a");
        server.createStream(StreamConfiguration.builder()
                .name("EVENTS")
                .subjects("events.>")
                .maximumMessageSize(1_000)
                .build());

        // When
        checks.run(publishing.nats(), EXPECTED);

        // Then
        assertThat(before).isEqualTo(1 << 20);
        assertThat(checks.maxEventSize(publishing.nats(), "events.a")).isEqualTo(1_000);
        assertThat(checks.maxEventSize(publishing.nats(), "other.a")).isEqualTo(1 << 20);
    }
}
