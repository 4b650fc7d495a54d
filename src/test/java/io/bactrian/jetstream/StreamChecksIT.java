package io.bactrian.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.bactrian.jetstream.Finding.Severity;
import io.bactrian.testing.NatsServer;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
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
        server.createStream("OTHER", "other.one");

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
                        tuple("max-msg-size", Severity.WARNING),
                        tuple("limits", Severity.OK));
    }

    @Test
    void the_subjects_of_all_webhooks_have_to_be_taken() {
        // Given
        server.createStream(good("ORDERS", "events.orders").build());
        server.createStream(good("USERS", "users.*").build());
        StreamExpectations expected =
                new StreamExpectations(List.of("events.orders", "events.github", "users.>"), Duration.ZERO, 0, null);

        // When
        List<Finding> findings = checks.run(publishing.nats(), expected);

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.check().equals("stream"))
                .extracting(Finding::severity, Finding::message, Finding::fix)
                .containsExactly(
                        tuple(Severity.OK, "stream ORDERS takes events.orders", ""),
                        tuple(
                                Severity.ERROR,
                                "no stream takes events.github: its events wait",
                                "nats stream add EVENTS --subjects 'events.github' --storage file --discard new"
                                        + " --dupe-window 2h --defaults"),
                        tuple(
                                Severity.ERROR,
                                "stream USERS takes only part of users.>: the other events wait",
                                "nats stream edit USERS --subjects 'users.>'"));
        assertThat(findings)
                .filteredOn(finding -> finding.check().equals("limits"))
                .as("both streams are looked at")
                .hasSize(2);
    }

    @Test
    void a_stream_that_is_there_and_lacks_a_subject_is_to_be_edited() {
        // Given
        server.createStream(good("EVENTS", "events.a", "events.b").build());

        // When
        List<Finding> findings =
                checks.run(publishing.nats(), new StreamExpectations(List.of("events.c"), Duration.ZERO, 0, "EVENTS"));

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.fix())
                        .isEqualTo("nats stream edit EVENTS --subjects 'events.a,events.b,events.c'"));
    }

    @Test
    void a_subject_that_senders_choose_whole_is_a_warning() {
        // Given
        server.createStream(good("EVENTS", "events.>").build());

        // When
        List<Finding> findings =
                checks.run(publishing.nats(), new StreamExpectations(List.of(">"), Duration.ZERO, 0, null));

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .extracting(Finding::check, Finding::severity)
                .containsExactly(tuple("stream", Severity.WARNING));
    }

    @Test
    void a_stream_that_is_nearly_full_or_full_is_named_before_and_after_it_refuses() throws Exception {
        // Given
        server.createStream(good("EVENTS", "events.>")
                .discardPolicy(DiscardPolicy.New)
                .maxMessages(10)
                .build());
        fill(8);
        List<Finding> nearly = limits();
        fill(2);

        // When
        List<Finding> full = limits();

        // Then
        assertThat(nearly).extracting(Finding::severity).containsExactly(Severity.WARNING);
        assertThat(full).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.message()).contains("10 of 10 messages").contains("events wait");
            assertThat(finding.fix()).isEqualTo("nats stream edit EVENTS --max-msgs 20");
        });
    }

    @Test
    void sealed_and_interest_streams_are_named() {
        // Given
        server.createStream(good("SEALED", "sealed").build());
        server.updateStream(good("SEALED", "sealed").seal().build());
        server.createStream(good("INTEREST", "interest")
                .retentionPolicy(RetentionPolicy.Interest)
                .build());

        // When
        List<Finding> findings = checks.run(
                publishing.nats(), new StreamExpectations(List.of("sealed", "interest"), Duration.ofHours(3), 0, null));

        // Then
        assertThat(findings)
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .extracting(Finding::check, Finding::severity)
                .containsExactlyInAnyOrder(
                        tuple("sealed", Severity.ERROR),
                        tuple("retention", Severity.WARNING),
                        tuple("duplicate-window", Severity.WARNING),
                        tuple("duplicate-window", Severity.WARNING));
        assertThat(findings)
                .filteredOn(finding -> finding.check().equals("duplicate-window"))
                .first()
                .satisfies(finding -> assertThat(finding.fix()).endsWith("--dupe-window 180m"));
    }

    private static StreamConfiguration.Builder good(String name, String... subjects) {
        return StreamConfiguration.builder()
                .name(name)
                .subjects(subjects)
                .storageType(StorageType.File)
                .duplicateWindow(Duration.ofHours(2));
    }

    private void fill(int messages) throws IOException, JetStreamApiException {
        for (int i = 0; i < messages; i++) {
            server.admin().jetStream().publish("events.a", new byte[0]);
        }
    }

    private List<Finding> limits() {
        return checks
                .run(publishing.nats(), new StreamExpectations(List.of("events.a"), Duration.ZERO, 0, null))
                .stream()
                .filter(finding -> finding.check().equals("limits"))
                .toList();
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
        server.createStreamUpTo(1_000, "EVENTS", "events.>");

        // When
        checks.run(publishing.nats(), EXPECTED);

        // Then
        assertThat(before).isEqualTo(1 << 20);
        assertThat(checks.maxEventSize(publishing.nats(), "events.a")).isEqualTo(1_000);
        assertThat(checks.maxEventSize(publishing.nats(), "other.a")).isEqualTo(1 << 20);
    }
}
