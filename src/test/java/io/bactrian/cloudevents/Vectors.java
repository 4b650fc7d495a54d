package io.bactrian.cloudevents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.provider.Arguments;

import static org.assertj.core.api.Assertions.assertThat;

/** The public test vectors under {@code src/test/resources/cloudevents}. */
public final class Vectors {
    public static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    public static Stream<Arguments> format(String file, String member) {
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

    public static String text(String path) {
        try (InputStream in = Vectors.class.getResourceAsStream("/cloudevents/" + path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The golden events of GOLDEN-EVENTS.md by name. */
    public static CloudEvent golden(String name) throws InvalidCloudEventException {
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

    public static List<String> goldenBatch(String name) {
        return switch (name) {
            case "empty" -> List.of();
            case "minimal" -> List.of("minimal");
            case "minimal2" -> List.of("minimal", "minimal");
            case "minimalAndAllCore" -> List.of("minimal", "allCore");
            case "minimalAndAllExtensionTypes" -> List.of("minimal", "allExtensionTypes");
            default -> throw new IllegalArgumentException(name);
        };
    }

    public static Map<String, String> attributes(CloudEvent event) {
        Map<String, String> attributes = new LinkedHashMap<>();
        event.attributeNames().forEach(name -> attributes.put(name, event.attribute(name)));
        return attributes;
    }

    public static byte[] bytes(String text) {
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

    /** Where an invalid event of the vectors is at fault. */
    public static String expectedPointer(String id) {
        if (id.startsWith("invalidTime")) {
            return "/time";
        }
        return switch (id) {
            case "invalidNoSpecVersion", "invalidEmptySpecVersion", "invalidUnknownSpecVersion" -> "/specversion";
            case "invalidNoId", "invalidEmptyId", "invalidNumericId", "invalidObjectId" -> "/id";
            case "invalidNoType", "invalidEmptyType" -> "/type";
            case "invalidNoSource", "invalidEmptySource" -> "/source";
            case "invalidNonRfc2046DataContentType", "invalidEmptyDataContentType" -> "/datacontenttype";
            case "invalidEmptyDataSchema" -> "/dataschema";
            case "invalidEmptySubject" -> "/subject";
            case "invalidCapitalizedExtension" -> "/MyExtension";
            case "invalidPunctuatedExtension", "invalidNonIntegerExtensionValue" -> "/my.extension";
            case "invalidBothDataAndDataBase64" -> "/data_base64";
            default -> throw new IllegalArgumentException(id);
        };
    }

    private static JsonNode headerValues(String group) {
        return Vectors.json("http-header-value-vectors.json").get(group);
    }

    /** Pairs of texts of one group of the header values. */
    public static Stream<Arguments> pairs(String group) {
        return StreamSupport.stream(headerValues(group).spliterator(), false)
                .map(pair -> Arguments.of(pair.get(0).asText(), pair.get(1).asText()));
    }

    /** Header values that no reader may take. */
    public static Stream<String> mustReject() {
        return StreamSupport.stream(headerValues("must_reject").spliterator(), false)
                .map(JsonNode::asText);
    }

    /** Where an invalid batch of the vectors is at fault. */
    public static String expectedBatchPointer(String id) {
        return switch (id) {
            case "invalidBatchMixedSpecVersions" -> "/1/specversion";
            case "invalidBatchContainingInvalidCloudEvent" -> "/0/id";
            case "invalidBatchContainingNonObject" -> "/0";
            default -> throw new IllegalArgumentException(id);
        };
    }

    /** Equal as GOLDEN-EVENTS.md means it: timestamps by instant, all else by value. */
    public static void assertSame(CloudEvent actual, CloudEvent expected) {
        assertThat(normalised(actual)).isEqualTo(normalised(expected));
        assertThat(actual.data()).isEqualTo(expected.data());
    }

    private static Map<String, Object> normalised(CloudEvent event) {
        Map<String, Object> attributes = new LinkedHashMap<>(attributes(event));
        attributes.computeIfPresent(
                "time", (name, value) -> OffsetDateTime.parse(value.toString()).toInstant());
        return attributes;
    }
}
