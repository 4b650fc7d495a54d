package io.bactrian.cloudevents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.provider.Arguments;

/** The public test vectors under {@code src/test/resources/cloudevents}. */
final class Vectors {
    static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    static Stream<Arguments> format(String file, String member) {
        return StreamSupport.stream(json("format-json/" + file).get("tests").spliterator(), false)
                .map(test -> Arguments.of(
                        test.get("id").asText(), test.path("sampleId").asText(), test.get(member)));
    }

    static JsonNode json(String path) {
        try {
            return JSON.readTree(text(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String path) {
        try (InputStream in = Vectors.class.getResourceAsStream("/cloudevents/" + path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The golden events of GOLDEN-EVENTS.md by name. */
    static CloudEvent golden(String name) throws InvalidCloudEventException {
        CloudEvent.Builder event =
                CloudEvent.builder().id(name).type("io.cloudevents.test").source("https://cloudevents.io");
        switch (name) {
            case "minimal" -> {}
            case "minimalWithTime" -> event.time("2018-04-05T17:31:00Z");
            case "minimalWithRelativeSource" -> event.source("#fragment");
            case "allCore" ->
                event.dataContentType("text/plain")
                        .dataSchema("https://cloudevents.io/dataschema")
                        .subject("tests")
                        .time("2018-04-05T17:31:00Z");
            case "simpleTextData" ->
                event.dataContentType("text/plain").data("Simple text".getBytes(StandardCharsets.UTF_8));
            case "allExtensionTypes" ->
                event.attribute("extinteger", 10)
                        .attribute("extboolean", true)
                        .attribute("extstring", "text")
                        .attribute("extbinary", "TWE=")
                        .attribute("exttimestamp", "2023-03-31T15:12:00Z")
                        .attribute("exturi", "https://cloudevents.io")
                        .attribute("exturiref", "//authority/path");
            default -> throw new IllegalArgumentException(name);
        }
        return event.build();
    }

    static List<String> goldenBatch(String name) {
        return switch (name) {
            case "empty" -> List.of();
            case "minimal" -> List.of("minimal");
            case "minimal2" -> List.of("minimal", "minimal");
            case "minimalAndAllCore" -> List.of("minimal", "allCore");
            case "minimalAndAllExtensionTypes" -> List.of("minimal", "allExtensionTypes");
            default -> throw new IllegalArgumentException(name);
        };
    }

    static Map<String, String> attributes(CloudEvent event) {
        Map<String, String> attributes = new LinkedHashMap<>();
        event.attributeNames().forEach(name -> attributes.put(name, event.attribute(name)));
        return attributes;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static HttpHeaders headers(String... namesAndValues) {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            entries.add(Map.entry(namesAndValues[at], namesAndValues[at + 1]));
        }
        return HttpHeaders.of(entries);
    }

    /** What the HTTP binding sees of a NATS message in binary mode: the content type moves, the rest stays. */
    static CloudEvent fromNats(NatsBinding.NatsMessage message) throws Exception {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (NatsBinding.Header header : message.headers()) {
            entries.add(
                    header.name().equals("ce-datacontenttype")
                            ? Map.entry("Content-Type", HeaderValues.decode(header.value()))
                            : Map.entry(header.name(), header.value()));
        }
        return HttpBinding.readBinary(HttpHeaders.of(entries), message.payload());
    }
}
