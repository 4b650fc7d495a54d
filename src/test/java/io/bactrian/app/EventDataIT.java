package io.bactrian.app;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.testing.NatsServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.bactrian.app.Problems.assertProblem;
import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code bactrian events data ID > file}, as a process of its own beside a running gateway. */
class EventDataIT {

    @TempDir
    Path directory;

    /** What a command left in its standard output, byte for byte, and in its standard error. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Said(int code, byte[] out, String err) {}

    private Said data(String url, String... more) throws Exception {
        return data(directory.resolve("out"), url, more);
    }

    private Said data(Path out, String url, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                GatewayProcess.JAR.toString(),
                "events",
                "data",
                "--url",
                url));
        command.addAll(List.of(more));
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Said(
                process.exitValue(),
                Files.isRegularFile(out) ? Files.readAllBytes(out) : new byte[0],
                Files.readString(err));
    }

    private TestGateway gateway() {
        return TestGateway.with(directory.resolve("journal"))
                .webhook("raw", "verify", "none", "type", "t", "source", "/s")
                .start();
    }

    /** Lets a segment go as soon as everything in it is processed. */
    private TestGateway gateway(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        return TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.journal.hold", "10ms")
                .start();
    }

    private static String url(TestGateway gateway) {
        return "http://127.0.0.1:" + gateway.managementPort();
    }

    private static String accept(TestGateway gateway, String contentType, byte[] body) {
        return json(gateway.send(gateway.request("/hooks/raw")
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))))
                .get("id")
                .asText();
    }

    @Test
    void the_data_comes_byte_for_byte_whatever_it_is() throws Exception {
        try (TestGateway gateway = gateway()) {
            // Given
            byte[] binary = new byte[800_000];
            new Random(7).nextBytes(binary);
            for (int i = 0; i < 256; i++) {
                binary[i] = (byte) i;
            }
            String json = " {\"b\" :1,\r\n\"a\": \"\u00e9\u2028\"} \n";

            // When
            Said fromBinary = data(url(gateway), accept(gateway, "application/octet-stream", binary));
            Said fromJson =
                    data(url(gateway), accept(gateway, "application/json", json.getBytes(StandardCharsets.UTF_8)));
            Said fromNothing = data(
                    url(gateway),
                    json(gateway.send(gateway.request("/events")
                                    .header("ce-specversion", "1.0")
                                    .header("ce-id", "empty")
                                    .header("ce-source", "/test")
                                    .header("ce-type", "t")
                                    .POST(HttpRequest.BodyPublishers.noBody())))
                            .get("id")
                            .asText());

            // Then
            assertThat(fromBinary.code()).as(fromBinary.err()).isZero();
            assertThat(fromBinary.out()).isEqualTo(binary);
            assertThat(fromBinary.err()).isEmpty();
            assertThat(new String(fromJson.out(), StandardCharsets.UTF_8)).isEqualTo(json);
            assertThat(fromNothing.code()).as(fromNothing.err()).isZero();
            assertThat(fromNothing.out()).isEmpty();
        }
    }

    @Test
    void what_goes_wrong_is_one_line_on_standard_error_and_an_exit_code() throws Exception {
        try (TestGateway gateway = gateway()) {
            // Given
            String id = accept(gateway, "text/plain", "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));

            // When
            Said unknown = data(url(gateway), "AAAAAAAAAAAAAAAAAAAAAA");
            Said noId = data(url(gateway));
            Said fullDisk = data(Path.of("/dev/full"), url(gateway), id);
            Said nobody = data("http://127.0.0.1:" + NatsServer.freePort(), id);

            // Then
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.out()).isEmpty();
            assertThat(unknown.err())
                    .startsWith("bactrian: No event of this id is known")
                    .hasLineCount(1);
            assertThat(noId.code()).isEqualTo(2);
            assertThat(noId.out()).isEmpty();
            assertThat(fullDisk.code()).isEqualTo(1);
            assertThat(fullDisk.err()).contains("the output cannot be written").hasLineCount(1);
            assertThat(nobody.code()).isEqualTo(1);
            assertThat(nobody.err())
                    .startsWith("bactrian: no gateway answers at ")
                    .hasLineCount(1);
        }
    }

    @Test
    void an_event_is_known_longer_than_its_payload_is_kept() throws Exception {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // Given
            HttpResponse<String> processed =
                    gateway.send(gateway.event("gone", "{}").header("Prefer", "wait=9"));
            String location = processed.headers().firstValue("Location").orElseThrow();
            String id = json(processed).get("id").asText();
            String large = "\"" + "x".repeat(400_000) + "\"";
            Awaitility.await().until(() -> {
                gateway.send(gateway.event("f-" + System.nanoTime(), large).header("Prefer", "wait=5"));
                return !json(gateway.management("/api/events/" + id))
                        .get("payloadKept")
                        .asBoolean();
            });

            // When
            HttpResponse<String> status = gateway.get(location);
            HttpResponse<String> duplicate = gateway.send(gateway.event("gone", "{}"));
            HttpResponse<String> noData = gateway.management("/api/events/" + id + "/data");
            Said said = data(url(gateway), id);

            // Then
            assertThat(status.statusCode()).as(status.body()).isEqualTo(200);
            JsonNode known = json(status);
            assertThat(known.get("id").asText()).isEqualTo(id);
            assertThat(known.get("state").asText()).isEqualTo("processed");
            assertThat(known.get("acceptedAt"))
                    .isEqualTo(json(processed).get("acceptedAt"))
                    .isNotNull();
            assertThat(known.get("published")).isEqualTo(json(processed).get("published"));
            assertThat(known.at("/links/self").asText()).isEqualTo(location);
            for (String member : List.of("webhook", "source", "eventId", "type", "subject")) {
                assertThat(known.get(member).isNull()).as(member).isTrue();
            }
            HttpResponse<String> unchanged = gateway.send(gateway.request(location)
                    .header("If-None-Match", status.headers().firstValue("ETag").orElseThrow())
                    .GET());
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertThat(duplicate.statusCode()).isEqualTo(200);
            assertThat(duplicate.headers().firstValue("Location")).contains(location);
            assertThat(assertProblem(noData, 404, "not-found").get("detail").asText())
                    .isEqualTo("The payload of the event is not kept any more, or cannot be read.");
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.err())
                    .isEqualTo("bactrian: The payload of the event is not kept any more, or cannot be read.\n");
        }
    }
}
