package io.bactrian.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.ConformanceCommandLineTest;
import io.bactrian.cloudevents.GherkinExample;
import io.bactrian.cloudevents.HeaderValues;
import io.bactrian.cloudevents.HttpBinding;
import io.bactrian.cloudevents.HttpHeaders;
import io.bactrian.cloudevents.JsonFormat;
import io.bactrian.cloudevents.MalformedHeaderValueException;
import io.bactrian.cloudevents.Vectors;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.bactrian.app.TestGateway.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The public vectors from end to end: over real HTTP into two gateways, one that writes binary and one that writes
 * structured messages, and read back from a real stream.
 */
@ExtendWith(NatsServerExtension.class)
class ConformanceIT {

    private static final String STREAM = "EVENTS";

    @TempDir
    static Path directory;

    private static NatsServer nats;
    private static TestGateway binary;
    private static TestGateway structured;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        nats.createStream(STREAM, "events.>");
        binary = gateway("binary");
        structured = gateway("structured");
    }

    private static TestGateway gateway(String mode) {
        return TestGateway.with(directory.resolve(mode))
                .nats(nats)
                .set("bactrian.nats.mode", mode)
                .set("bactrian.nats.subject", "events." + mode)
                .set("bactrian.ack", "processed")
                .set("bactrian.ack-timeout", "9s")
                .start();
    }

    @AfterAll
    static void stop() {
        binary.close();
        structured.close();
        nats.close();
    }

    static Stream<Arguments> validEvents() {
        return Vectors.format("valid-events.json", "event");
    }

    static Stream<Arguments> invalidEvents() {
        return Vectors.format("invalid-events.json", "event");
    }

    static Stream<Arguments> validBatches() {
        return Vectors.format("valid-batches.json", "batch");
    }

    static Stream<Arguments> invalidBatches() {
        return Vectors.format("invalid-batches.json", "batch");
    }

    static Stream<Arguments> roundTrip() {
        return Vectors.pairs("round_trip");
    }

    static Stream<String> mustReject() {
        return Vectors.mustReject();
    }

    static Stream<Map<?, ?>> commandLine() {
        return ConformanceCommandLineTest.events();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validEvents")
    void a_valid_event_lies_in_the_stream_as_it_was_sent(String name, String golden, JsonNode vector) throws Exception {
        // Given: an id of its own, or the second of two vectors of one golden event would be a duplicate
        String id = golden + "-" + name;
        String event = ((ObjectNode) vector.deepCopy()).put("id", id).toString();
        CloudEvent expected = Vectors.golden(golden).toBuilder().id(id).build();
        for (TestGateway gateway : List.of(binary, structured)) {
            // When
            HttpResponse<String> answer = gateway.send(gateway.structured("application/cloudevents+json", event));
            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            Vectors.assertSame(stored(json(answer)), expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidEvents")
    void an_invalid_event_is_400_and_never_in_the_stream(String name, String golden, JsonNode vector) {
        long before = nats.messageCount(STREAM);
        // When
        HttpResponse<String> answer = binary.send(binary.structured("application/cloudevents+json", vector.toString()));
        // Then
        assertRefused(answer, "pointer", Vectors.expectedPointer(name));
        assertThat(nats.messageCount(STREAM)).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validBatches")
    void a_valid_batch_lies_in_the_stream(String name, String golden, JsonNode vector) throws Exception {
        // Given: ids of this test
        List<CloudEvent> expected = new ArrayList<>();
        JsonNode batch = vector.deepCopy();
        for (JsonNode element : batch) {
            String id = name + "-" + element.get("id").asText();
            ((ObjectNode) element).put("id", id);
            String of = Vectors.goldenBatch(golden).get(expected.size());
            expected.add(Vectors.golden(of).toBuilder().id(id).build());
        }
        for (TestGateway gateway : List.of(binary, structured)) {
            // When
            HttpResponse<String> answer =
                    gateway.send(gateway.structured("application/cloudevents-batch+json", batch.toString()));
            // Then
            if (expected.isEmpty()) {
                assertThat(answer.statusCode()).isEqualTo(204);
                continue;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            for (int at = 0; at < expected.size(); at++) {
                Vectors.assertSame(stored(json(answer).get("items").get(at)), expected.get(at));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidBatches")
    void an_invalid_batch_is_400_and_nothing_of_it_in_the_stream(String name, String golden, JsonNode vector) {
        long before = nats.messageCount(STREAM);
        // When
        HttpResponse<String> answer =
                binary.send(binary.structured("application/cloudevents-batch+json", vector.toString()));
        // Then
        assertRefused(answer, "pointer", Vectors.expectedBatchPointer(name));
        assertThat(nats.messageCount(STREAM)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("roundTrip")
    void a_header_value_is_decoded_once_and_encoded_again(String text, String encoded) throws Exception {
        boolean legal = isDecoded(encoded);
        for (TestGateway gateway : List.of(binary, structured)) {
            // When
            HttpResponse<String> answer = gateway.send(
                    gateway.event("value-" + encoded.hashCode(), "{}").header("ce-myvalue", encoded));
            // Then: a line break is encoded as it should be and no attribute may hold one
            if (!legal) {
                assertRefused(answer, "header", "ce-myvalue");
                continue;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(stored(json(answer)).attribute("myvalue")).isEqualTo(text);
            if (gateway == binary) {
                assertThat(message(json(answer)).header("ce-myvalue")).isEqualTo(encoded);
            }
        }
    }

    private static boolean isDecoded(String encoded) {
        try {
            HeaderValues.decode(encoded);
            return true;
        } catch (MalformedHeaderValueException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("mustReject")
    void a_malformed_header_value_is_400(String value) {
        // When
        HttpResponse<String> answer =
                binary.send(binary.event("malformed", "{}").header("ce-myvalue", value));
        // Then
        assertRefused(answer, "header", "ce-myvalue");
    }

    @Test
    void the_gherkin_scenarios_hold_for_the_raw_request() throws Exception {
        List<GherkinExample> examples = GherkinExample.all(Vectors.text("features/http-protocol-binding.feature"));
        assertThat(examples).hasSize(4);
        for (int at = 0; at < examples.size(); at++) {
            GherkinExample example = examples.get(at);
            // Given: ids of the same length, so that the Content-Length of the scenario stays true
            String id = "1234-1234-000" + at;
            String request = example.request()
                    .replace("/someresource", "/events")
                    .replace("1234-1234-1234", id)
                    .replaceFirst("\n\n", "\nConnection: close\n\n");
            String[] headAndBody = request.split("\n\n", 2);
            // When
            String answer = raw(headAndBody[0].replace("\n", "\r\n") + "\r\n\r\n" + headAndBody[1]);
            // Then
            assertThat(answer).startsWith("HTTP/1.1 201 ");
            CloudEvent event = stored(Vectors.JSON.readTree(answer.substring(answer.indexOf("{"))));
            Map<String, String> expected = new HashMap<>(example.attributes());
            expected.put("id", id);
            assertThat(Vectors.attributes(event)).containsExactlyInAnyOrderEntriesOf(expected);
            assertThat(Vectors.JSON.readTree(event.data())).isEqualTo(Vectors.JSON.readTree(example.data()));
        }
    }

    @ParameterizedTest
    @MethodSource("commandLine")
    void what_the_conformance_command_line_sends_lies_in_the_stream(Map<?, ?> document) throws Exception {
        // Given: attribute values unencoded, as that program sends them
        Map<String, String> attributes = ConformanceCommandLineTest.attributes(document);
        attributes.put("id", "cli-" + document.hashCode());
        byte[] data = ConformanceCommandLineTest.data(document);
        StringBuilder head = new StringBuilder("POST /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        attributes.forEach((name, value) -> head.append(name.equals("datacontenttype") ? "Content-Type" : "ce-" + name)
                .append(": ")
                .append(value)
                .append("\r\n"));
        head.append("Content-Length: ").append(data.length).append("\r\n\r\n");
        // When
        String answer = raw(head + new String(data, UTF_8));
        // Then
        assertThat(answer).startsWith("HTTP/1.1 20");
        CloudEvent event = stored(Vectors.JSON.readTree(answer.substring(answer.indexOf("{"))));
        assertThat(Vectors.attributes(event)).containsExactlyInAnyOrderEntriesOf(attributes);
        assertThat(event.data()).isEqualTo(data);
    }

    /** C17: it takes 22 KB over HTTP, and its {@code ce-subject} would be more than a stream takes. */
    @Test
    void an_event_that_does_not_fit_into_headers_lies_in_the_stream_as_it_was_sent() throws Exception {
        CloudEvent event = CloudEvent.builder()
                .id("large-subject")
                .source("/s")
                .type("t")
                .subject("中".repeat(7_300))
                .dataContentType("application/json")
                .data("{\"a\": 1.0}".getBytes(UTF_8))
                .build();
        for (TestGateway gateway : List.of(binary, structured)) {
            // When
            HttpResponse<String> answer = gateway.send(
                    gateway.structured("application/cloudevents+json", new String(JsonFormat.write(event), UTF_8))
                            .header("Prefer", "wait=5"));
            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(message(json(answer)).header("Content-Type")).startsWith("application/cloudevents+json");
            Vectors.assertSame(stored(json(answer)), event);
            event = event.toBuilder().id("large-subject-2").build();
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), binary.gateway().port())) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static void assertRefused(HttpResponse<String> answer, String member, String where) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("type").asText()).isEqualTo("urn:bactrian:problem:invalid-cloudevent");
        assertThat(json(answer).get("errors"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.get(member).asText()).isEqualTo(where));
    }

    private static StoredMessage message(JsonNode status) {
        long sequence = status.get("published").get("sequence").asLong();
        return nats.messages(STREAM).get((int) sequence - 1);
    }

    /** The event as a consumer of the stream reads it, in whichever mode it is. */
    private static CloudEvent stored(JsonNode status) throws Exception {
        StoredMessage message = message(status);
        if (message.header("Content-Type") != null) {
            assertThat(message.header("Content-Type")).isEqualTo("application/cloudevents+json; charset=utf-8");
            assertThat(message.headers().keySet()).noneMatch(name -> name.startsWith("ce-"));
            return JsonFormat.read(message.data());
        }
        assertThat(message.subject()).isEqualTo("events.binary");
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Map.Entry<String, List<String>> header : message.headers().entrySet()) {
            // on NATS the content type is an attribute like any other, percent-encoded; in HTTP it is HTTP's own header
            boolean contentType = header.getKey().equals("ce-datacontenttype");
            String value = header.getValue().get(0);
            headers.add(
                    contentType
                            ? Map.entry("Content-Type", HeaderValues.decode(value))
                            : Map.entry(header.getKey(), value));
        }
        return HttpBinding.readBinary(HttpHeaders.of(headers), message.data());
    }
}
