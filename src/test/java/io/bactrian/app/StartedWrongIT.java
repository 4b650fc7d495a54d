package io.bactrian.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A start that cannot work ends with exit code 1 or 2 and one line that says why; an absent NATS is no reason. */
@ExtendWith(NatsServerExtension.class)
class StartedWrongIT {

    private final int port = NatsServer.freePort();
    private final int managementPort = NatsServer.freePort();

    @TempDir
    Path directory;

    private GatewayProcess run(Map<String, String> environment, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.journal.segment-size=1MiB",
                "-Dbactrian.journal.max-size=64MiB",
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + managementPort));
        arguments.addAll(List.of(more));
        return GatewayProcess.start(directory, environment, arguments.toArray(String[]::new));
    }

    private void assertRefused(GatewayProcess process, int code, String... words) {
        try (process) {
            assertThat(process.awaitExit()).as(process.log()).isEqualTo(code);
        }
        List<String> lines =
                process.log().lines().filter(l -> l.startsWith("bactrian: ")).toList();
        assertThat(lines).as(process.log()).hasSize(1);
        assertThat(lines.get(0)).contains(words);
        assertThat(process.log()).doesNotContain("\tat ");
    }

    @Test
    void an_unknown_key_names_the_nearest() {
        assertRefused(run(Map.of(), "-Dbactrian.jurnal.hold=1m"), 1, "bactrian.jurnal.hold", "bactrian.journal.hold");
    }

    @Test
    void a_value_that_cannot_be_read_names_key_value_expectation_and_origin() {
        assertRefused(
                run(Map.of("BACTRIAN_ACK_TIMEOUT", "5S"), "-Dbactrian.events.verify=none"),
                1,
                "bactrian.ack-timeout",
                "5S",
                "expected a duration",
                "environment BACTRIAN_ACK_TIMEOUT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bactrian.delivery.dead-letter-subject=a b|expected a NATS subject",
                "bactrian.delivery.dead-letter-subject=dead.${header.a}.*|expected a NATS subject",
                "bactrian.events.path=/hooks|not below /hooks/",
                "bactrian.events.path=/hooks/events|not below /hooks/",
                "bactrian.events.path=events|starts with /",
                "bactrian.http.request-timeout=0s|expected a duration from 100ms to 24h",
                "bactrian.http.idle-timeout=500ms|expected a duration from 1s to 24h",
                "bactrian.http.idle-timeout=36500d|expected a duration from 1s to 24h",
                "bactrian.http.header-timeout=0s|expected a duration from 100ms to 24h",
                "bactrian.nats.check-interval=0s|expected a duration from 100ms to 24h",
                "bactrian.nats.publish-timeout=0s|expected a duration from 10ms to 1h",
                "bactrian.delivery.backoff-initial=0s|expected a duration above 0",
                "bactrian.delivery.backoff-initial=1m|expected at most bactrian.delivery.backoff-max=30s",
                "bactrian.journal.segment-size=100KiB|(-Dbactrian.journal.segment-size): expected 1MiB to 1GiB",
                "bactrian.journal.segment-size=2GiB|(-Dbactrian.journal.segment-size): expected 1MiB to 1GiB",
                "bactrian.journal.max-size=1MiB|expected at least four times bactrian.journal.segment-size"
            })
    void a_value_that_would_only_fail_later_is_named(String keyAndValue, String expected) {
        assertRefused(run(Map.of(), "-Dbactrian.events.verify=none", "-D" + keyAndValue), 1, keyAndValue, expected);
    }

    @Test
    void events_without_a_token_are_closed() {
        assertRefused(
                run(Map.of()),
                1,
                "bactrian.events.token",
                "bactrian.events.enabled=false",
                "bactrian.events.verify=none");
    }

    @Test
    void an_unset_environment_variable_is_named_with_its_webhook() {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[github].templateId=webhook",
                        "-Dcamel.routeTemplate[github].verify=github",
                        "-Dcamel.routeTemplate[github].secret={{env:BACTRIAN_TEST_UNSET}}"),
                1,
                "github",
                "BACTRIAN_TEST_UNSET");
    }

    @Test
    void an_unset_environment_variable_is_named_with_its_key() {
        assertRefused(
                run(Map.of(), "-Dbactrian.events.verify=none", "-Dbactrian.admin.token={{env:BACTRIAN_TEST_UNSET}}"),
                1,
                "bactrian.admin.token",
                "cannot be resolved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bactrian.admin.token", "bactrian.events.token"})
    void tokens_whose_placeholders_are_all_empty_are_none(String key) {
        assertRefused(
                run(Map.of("OLD", "", "NEW", ""), "-D" + key + "={{env:OLD}},{{env:NEW}}"),
                1,
                key + ": a token in it begins or ends with a comma");
    }

    @Test
    void a_token_that_no_header_carries_is_named_and_not_quoted() {
        GatewayProcess process = run(Map.of("BACTRIAN_ADMIN_TOKEN", "schl\u00fcssel"), "-Dbactrian.events.verify=none");
        assertRefused(process, 1, "bactrian.admin.token: ", "visible ASCII");
        assertThat(process.log()).doesNotContain("ssel");
    }

    @Test
    void an_empty_secret_is_named_with_its_webhook() {
        assertRefused(
                run(
                        Map.of("EMPTY_SECRET", ""),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[github].templateId=webhook",
                        "-Dcamel.routeTemplate[github].verify=github",
                        "-Dcamel.routeTemplate[github].secret={{env:EMPTY_SECRET}}"),
                1,
                "github",
                "secret");
    }

    @Test
    void a_missing_verifier_is_named() {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[a].templateId=webhook",
                        "-Dcamel.routeTemplate[a].secret=x"),
                1,
                "webhook a",
                "verify");
    }

    @Test
    void an_unknown_verifier_is_named() {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[a].templateId=webhook",
                        "-Dcamel.routeTemplate[a].verify=gitbub",
                        "-Dcamel.routeTemplate[a].secret=x"),
                1,
                "gitbub",
                "github");
    }

    @Test
    void an_unknown_parameter_of_a_webhook_is_named() {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[a].templateId=webhook",
                        "-Dcamel.routeTemplate[a].verify=none",
                        "-Dcamel.routeTemplate[a].keepheader=x"),
                1,
                "webhook a",
                "keepheader");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deliver|this is the name of a shipped route",
                "ingest|this is the name of a shipped route",
                "admin-replay-start|this is the name of a shipped route",
                "cloudevents|this name is reserved: the events of the CloudEvents endpoint have it",
                "unknown|this name is reserved",
                "camel|this name is reserved"
            })
    void a_webhook_may_not_have_the_name_of_a_shipped_route_nor_of_a_label(String name, String reason) {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.enabled=false",
                        "-Dcamel.routeTemplate[" + name + "].templateId=webhook",
                        "-Dcamel.routeTemplate[" + name + "].verify=none"),
                1,
                "webhook " + name + ": " + reason);
    }

    @Test
    void a_webhook_of_a_route_file_may_not_have_the_name_of_a_shipped_route() {
        Path routes = TestGateway.routes(directory, "webhook.yaml", """
                - templatedRoute:
                    routeId: deliver
                    routeTemplateRef: webhook
                    parameters:
                      - name: verify
                        value: none
                """);
        assertRefused(
                run(Map.of(), "-Dbactrian.events.verify=none", "--routes", routes.toString()),
                1,
                "webhook deliver: this is the name of a shipped route");
    }

    @Test
    void a_route_of_ones_own_template_may_not_have_the_name_of_a_shipped_route() {
        Path routes = TestGateway.routes(directory, "own.yaml", """
                - routeTemplate:
                    id: ticker
                    from:
                      uri: timer:tick
                      steps:
                        - log: tick
                """);
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "--routes",
                        routes.toString(),
                        "-Dcamel.routeTemplate[deliver].templateId=ticker"),
                1,
                "route deliver: this is the name of a shipped route");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "templateId=webhok|webhook a: templateId=webhok: expected webhook, or a template of your own",
                "verify=none|webhook a: templateId is missing; expected webhook",
            })
    void a_webhook_of_no_template_is_named(String line, String expected) {
        assertRefused(run(Map.of(), "-Dbactrian.events.verify=none", "-Dcamel.routeTemplate[a]." + line), 1, expected);
    }

    @Test
    void a_tolerance_that_cannot_be_read_is_named_with_its_webhook() {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[a].templateId=webhook",
                        "-Dcamel.routeTemplate[a].verify=none",
                        "-Dcamel.routeTemplate[a].tolerance=x"),
                1,
                "bactrian: webhook a: tolerance=x: expected a duration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/hooks/a|path=/hooks/a: webhook ",
                "/events|path=/events: this is bactrian.events.path",
                "hooks/b|path=hooks/b: expected a path that starts with /"
            })
    void a_webhook_on_a_path_that_is_taken_or_none_is_named(String path, String reason) {
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dcamel.routeTemplate[a].templateId=webhook",
                        "-Dcamel.routeTemplate[a].verify=none",
                        "-Dcamel.routeTemplate[b].templateId=webhook",
                        "-Dcamel.routeTemplate[b].verify=none",
                        "-Dcamel.routeTemplate[b].path=" + path),
                1,
                "webhook b",
                reason);
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    run(Map.of(), "-Dbactrian.events.verify=none"),
                    1,
                    "camel.server.port",
                    String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void a_certificate_that_cannot_be_used_is_named() throws IOException {
        // Given
        Path nonsense = Files.writeString(directory.resolve("tls.crt"), "nonsense");

        // Then
        assertRefused(
                run(
                        Map.of("BACTRIAN_HTTP_TLS_KEY", nonsense.toString()),
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.http.tls.cert=" + nonsense),
                1,
                "bactrian.http.tls.cert=" + nonsense,
                "expected a certificate in PEM");
    }

    @Test
    void a_management_port_in_use_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(managementPort, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    run(Map.of(), "-Dbactrian.events.verify=none"),
                    1,
                    "camel.management.port",
                    String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void a_journal_directory_that_cannot_be_written_is_named() throws IOException {
        // Given: a file where a folder should be, which stops root too
        Path file = Files.writeString(directory.resolve("file"), "");

        // Then
        assertRefused(
                run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.journal.directory=" + file.resolve("journal")),
                1,
                "bactrian.journal.directory",
                file + " is a file");
    }

    @Test
    void a_second_process_on_the_journal_is_refused() {
        try (GatewayProcess first =
                run(Map.of(), "-Dbactrian.events.verify=none").awaitReady(managementPort)) {
            // When
            GatewayProcess second = GatewayProcess.start(
                    TestGateway.folder(directory, "second"),
                    "run",
                    "-Dbactrian.events.verify=none",
                    "-Dbactrian.journal.directory=" + directory.resolve("data").resolve("journal"),
                    "-Dbactrian.journal.min-free=0",
                    "-Dcamel.server.port=" + NatsServer.freePort(),
                    "-Dcamel.management.port=" + NatsServer.freePort());

            // Then
            assertRefused(second, 1, "bactrian.journal.directory", "journal");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void a_missing_routes_folder_is_named() {
        assertRefused(run(Map.of(), "-Dbactrian.events.verify=none", "--routes", "nowhere"), 1, "--routes", "nowhere");
    }

    @Test
    void a_broken_route_is_named_with_its_file() {
        Path routes = TestGateway.routes(directory, "broken.yaml", """
                - route:
                    id: broken
                    from:
                      uri: direct:x
                      steps:
                        - setBdy: {constant: x}
                """);
        assertRefused(
                run(Map.of(), "-Dbactrian.events.verify=none", "--routes", routes.toString()),
                1,
                "setBdy",
                "broken.yaml");
    }

    @Test
    void wrong_usage_ends_with_2() {
        try (GatewayProcess unknown = GatewayProcess.start(directory, "rum")) {
            assertThat(unknown.awaitExit()).isEqualTo(2);
            assertThat(unknown.log()).contains("rum");
        }
        try (GatewayProcess none = GatewayProcess.start(directory)) {
            assertThat(none.awaitExit()).isEqualTo(2);
        }
    }

    @Test
    void nats_away_is_no_reason_not_to_start_and_sigterm_ends_it() {
        try (GatewayProcess gateway = run(
                        Map.of(),
                        "-Dbactrian.events.verify=none",
                        "-Dbactrian.nats.servers=nats://127.0.0.1:" + NatsServer.freePort())
                .awaitReady(managementPort)) {
            // When
            gateway.terminate();

            // Then
            assertThat(gateway.awaitExit()).as(gateway.log()).isIn(0, 143);
            assertThat(gateway.log().lines().filter(l -> l.contains("nats cannot be reached")))
                    .as("said once")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no_header_support: true", "max_payload: 512"})
    void a_nats_that_cannot_be_used_is_no_reason_not_to_start(String config) throws Exception {
        try (NatsServer nats = NatsServer.start(config);
                GatewayProcess gateway = run(
                                Map.of(), "-Dbactrian.events.verify=none", "-Dbactrian.nats.servers=" + nats.url())
                        .awaitReady(managementPort)) {
            // When: it takes events, and the log says what is wrong
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                                    .header("Content-Type", "application/cloudevents+json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            Awaitility.await().untilAsserted(() -> assertThat(gateway.log())
                    .containsAnyOf("nats cannot be reached", "max_payload"));
        }
    }

    @Test
    void nats_without_jetstream_is_no_reason_not_to_start() {
        try (NatsServer nats = NatsServer.builder().withoutJetStream().start();
                GatewayProcess gateway = run(
                                Map.of(), "-Dbactrian.events.verify=none", "-Dbactrian.nats.servers=" + nats.url())
                        .awaitReady(managementPort)) {
            Awaitility.await().untilAsserted(() -> assertThat(gateway.log()).contains("JetStream"));
            gateway.terminate();
            assertThat(gateway.awaitExit()).as(gateway.log()).isIn(0, 143);
        }
    }
}
