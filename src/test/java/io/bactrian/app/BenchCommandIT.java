package io.bactrian.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code bactrian bench}, as a person at a terminal runs it. No time is asserted. */
@ExtendWith(NatsServerExtension.class)
class BenchCommandIT {

    @TempDir
    Path directory;

    private record Ran(int code, String output) {
        JsonNode json() throws Exception {
            return TestGateway.JSON.readTree(output.lines()
                    .filter(line -> line.startsWith("{\"scenario\""))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(output)));
        }
    }

    private Ran bench(String... options) {
        List<String> arguments = new ArrayList<>(List.of("bench"));
        arguments.addAll(List.of(options));
        try (GatewayProcess process = GatewayProcess.start(directory, arguments.toArray(String[]::new))) {
            int code = process.awaitExit();
            return new Ran(code, process.log());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"accepted", "processed", "batch", "webhook", "outage", "duplicates"})
    void every_scenario_finds_each_accepted_event_once_in_the_stream(String scenario) throws Exception {
        // When
        Ran ran = bench("--scenario", scenario, "--json", "--warmup", "1s", "--duration", "3s", "--connections", "8");
        // Then
        assertThat(ran.code).as(ran.output).isZero();
        JsonNode json = ran.json();
        List<String> members = new ArrayList<>();
        json.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactlyInAnyOrder(
                        "scenario",
                        "rate",
                        "p50Ms",
                        "p99Ms",
                        "p999Ms",
                        "accepted",
                        "acceptedInAll",
                        "refused",
                        "delivered",
                        "backlog",
                        "lost",
                        "duplicates",
                        "cpuMicrosPerEvent",
                        "rssBytes",
                        "durability");
        assertThat(json.get("scenario").textValue()).isEqualTo(scenario);
        assertThat(json.get("rate").doubleValue()).isPositive();
        assertThat(json.get("accepted").longValue()).isPositive();
        assertThat(json.get("acceptedInAll").longValue())
                .isGreaterThanOrEqualTo(json.get("accepted").longValue());
        assertThat(json.get("refused").longValue()).as(ran.output).isZero();
        assertThat(json.get("lost").longValue()).as(ran.output).isZero();
        assertThat(json.get("duplicates").longValue()).as(ran.output).isZero();
        assertThat(json.get("delivered").longValue() + json.get("backlog").longValue())
                .isEqualTo(json.get("accepted").longValue());
        assertThat(json.get("p99Ms").doubleValue())
                .isGreaterThanOrEqualTo(json.get("p50Ms").doubleValue());
        assertThat(json.get("durability").textValue()).contains("fdatasync");
        try (Stream<Path> left = Files.list(directory.resolve("data").resolve("bench"))) {
            assertThat(left).as("the run cleans up").isEmpty();
        }
    }

    @Test
    void the_gateway_it_measures_reads_the_same_files() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("own.properties"), "bactrian.events.path=/other\n");

        // When
        Ran ran = bench(
                "--config", file.toString(), "--json", "--warmup", "1s", "--duration", "1s", "--connections", "2");

        // Then
        assertThat(ran.code).as(ran.output).isZero();
        assertThat(ran.json().get("accepted").longValue()).isPositive();
        assertThat(ran.json().get("refused").longValue()).as(ran.output).isZero();
    }

    @Test
    void measures_a_running_gateway_and_says_when_its_events_are_lost(NatsServer server) throws Exception {
        // Given
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .nats(server)
                .set("bactrian.nats.create-stream", "true")
                .set("bactrian.nats.stream", "EVENTS")
                .start()) {
            // When
            Ran ran = bench(
                    "--url",
                    gateway.uri("").toString(),
                    "--nats",
                    server.url(),
                    "--rate",
                    "200",
                    "--warmup",
                    "0s",
                    "--duration",
                    "2s",
                    "--pid",
                    String.valueOf(ProcessHandle.current().pid()));
            // Then
            assertThat(ran.code).as(ran.output).isZero();
            assertThat(ran.output)
                    .contains("200 requests a second")
                    .contains("lost        0")
                    .contains("µs an event");
            // When
            Ran nowhere =
                    bench("--url", gateway.uri("").toString(), "--nats", "nats://127.0.0.1:" + NatsServer.freePort());
            // Then
            assertThat(nowhere.code).as(nowhere.output).isEqualTo(1);
        }
    }

    @Test
    void spreads_signed_events_over_many_webhooks() throws Exception {
        // When
        Ran ran = bench("--scenario", "webhook", "--webhooks", "12", "--json", "--warmup", "0s", "--duration", "1s");
        // Then
        assertThat(ran.code).as(ran.output).isZero();
        assertThat(ran.json().get("accepted").longValue()).isPositive();
        assertThat(ran.json().get("refused").longValue()).as(ran.output).isZero();
        assertThat(ran.json().get("lost").longValue()).as(ran.output).isZero();
    }

    @Test
    void counts_answers_while_there_is_no_NATS_to_compare_them_with() throws Exception {
        // Given
        try (TestGateway gateway = TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", "nats://127.0.0.1:" + NatsServer.freePort())
                .start()) {
            // When
            String url = gateway.uri("").toString();
            Ran ran = bench("--url", url, "--nats", "none", "--json", "--warmup", "0s", "--duration", "1s");
            // Then
            assertThat(ran.code).as(ran.output).isZero();
            assertThat(ran.json().get("acceptedInAll").longValue()).isPositive();
            for (String unknown : List.of("delivered", "backlog", "lost", "duplicates")) {
                assertThat(ran.json().get(unknown).isNull()).as(unknown).isTrue();
            }
        }
    }

    @Test
    void names_the_address_where_no_gateway_answers() {
        // When
        Ran nobody = bench("--url", "http://127.0.0.1:1", "--nats", "none");

        // Then
        assertThat(nobody.code).isEqualTo(1);
        assertThat(nobody.output)
                .contains("bactrian: no gateway answers at 127.0.0.1:1 (")
                .doesNotContain("\tat ");
    }

    @Test
    void says_what_is_wrong_with_its_options() {
        // When
        Ran scenario = bench("--scenario", "everything");
        Ran outage = bench("--scenario", "outage", "--url", "http://127.0.0.1:1", "--nats", "nats://127.0.0.1:1");
        Ran nats = bench("--url", "http://127.0.0.1:1");
        Ran copies = bench("--copies", "1", "--warmup", "0s");
        // Then
        assertThat(scenario.code).isEqualTo(2);
        assertThat(scenario.output).contains("expected accepted, processed, batch, webhook, outage or duplicates");
        assertThat(outage.code).isEqualTo(2);
        assertThat(outage.output).contains("outage stops NATS");
        assertThat(nats.code).isEqualTo(2);
        assertThat(nats.output).contains("--url and --nats belong together");
        assertThat(copies.code).isEqualTo(2);
        assertThat(copies.output).contains("--copies 1: expected 2 to 1000");
    }
}
