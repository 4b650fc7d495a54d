package io.bactrian.cloudevents;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The vectors of cloudevents/conformance and the header values of sdk-csharp. */
class ConformanceVectorsTest {
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

    @Test
    void all_vectors_are_there() {
        assertThat(validEvents()).hasSize(10);
        assertThat(invalidEvents()).hasSize(25);
        assertThat(validBatches()).hasSize(5);
        assertThat(invalidBatches()).hasSize(3);
        assertThat(roundTrip()).hasSize(7);
        assertThat(decodeOnly()).hasSize(6);
        assertThat(mustReject()).hasSize(16);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validEvents")
    void a_valid_event_is_its_golden_event(String id, String golden, JsonNode json) throws Exception {
        CloudEvent event = JsonFormat.read(Vectors.bytes(json.toString()));

        assertSame(event, Vectors.golden(golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validEvents")
    void a_valid_event_survives_both_modes_on_nats(String id, String golden, JsonNode json) throws Exception {
        CloudEvent event = JsonFormat.read(Vectors.bytes(json.toString()));

        assertSame(JsonFormat.read(NatsBinding.structured(event).payload()), Vectors.golden(golden));
        assertSame(Vectors.fromNats(NatsBinding.binary(event)), Vectors.golden(golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidEvents")
    void an_invalid_event_is_refused_with_a_pointer(String id, String golden, JsonNode json) {
        InvalidCloudEventException refused = catchThrowableOfType(
                InvalidCloudEventException.class, () -> JsonFormat.read(Vectors.bytes(json.toString())));

        assertThat(refused).isNotNull();
        assertThat(refused.violations()).singleElement().satisfies(violation -> assertThat(violation.pointer())
                .isEqualTo(expectedPointer(id)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validBatches")
    void a_valid_batch_is_its_golden_events(String id, String golden, JsonNode json) throws Exception {
        List<CloudEvent> events = JsonFormat.readBatch(Vectors.bytes(json.toString()), 10);

        List<String> expected = Vectors.goldenBatch(golden);
        assertThat(events).hasSameSizeAs(expected);
        for (int at = 0; at < expected.size(); at++) {
            assertSame(events.get(at), Vectors.golden(expected.get(at)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidBatches")
    void an_invalid_batch_is_refused_and_names_the_element(String id, String golden, JsonNode json) {
        InvalidCloudEventException refused = catchThrowableOfType(
                InvalidCloudEventException.class, () -> JsonFormat.readBatch(Vectors.bytes(json.toString()), 10));

        String pointer =
                switch (id) {
                    case "invalidBatchMixedSpecVersions" -> "/1/specversion";
                    case "invalidBatchContainingInvalidCloudEvent" -> "/0/id";
                    case "invalidBatchContainingNonObject" -> "/0";
                    default -> throw new IllegalArgumentException(id);
                };
        assertThat(refused.violations()).extracting(Violation::pointer).containsExactly(pointer);
    }

    static Stream<Arguments> roundTrip() {
        return pairs("round_trip");
    }

    static Stream<Arguments> decodeOnly() {
        return pairs("decode_only");
    }

    static Stream<String> mustReject() {
        return StreamSupport.stream(headerValues("must_reject").spliterator(), false)
                .map(JsonNode::asText);
    }

    @ParameterizedTest
    @MethodSource("roundTrip")
    void a_header_value_is_encoded_and_decoded(String text, String encoded) throws Exception {
        assertThat(HeaderValues.encode(text)).isEqualTo(encoded);
        if (AttributeRules.isLegalString(text)) {
            assertThat(HeaderValues.decode(encoded)).isEqualTo(text);
        } else {
            // no attribute may hold a line break (rule C5), however it is encoded
            assertThatThrownBy(() -> HeaderValues.decode(encoded)).isInstanceOf(MalformedHeaderValueException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("decodeOnly")
    void a_lenient_header_value_is_decoded(String encoded, String text) throws Exception {
        // sdk-csharp takes quotes off anywhere; here they count only around the whole value (docs/cloudevents.md)
        String expected = encoded.endsWith("\"unquoted") ? encoded : text;

        assertThat(HeaderValues.decode(encoded)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("mustReject")
    void a_malformed_header_value_is_refused(String encoded) {
        assertThatThrownBy(() -> HeaderValues.decode(encoded)).isInstanceOf(MalformedHeaderValueException.class);
    }

    @Test
    void the_gherkin_examples_of_the_http_binding_hold() throws Exception {
        List<GherkinExample> examples = GherkinExample.all(Vectors.text("features/http-protocol-binding.feature"));

        assertThat(examples).hasSize(4);
        for (GherkinExample example : examples) {
            CloudEvent event = example.read();
            assertThat(Vectors.attributes(event)).containsExactlyInAnyOrderEntriesOf(example.attributes());
            assertThat(Vectors.JSON.readTree(event.data())).isEqualTo(Vectors.JSON.readTree(example.data()));
        }
    }

    /** One row of a scenario outline: the raw request and what must be read from it. */
    private record GherkinExample(String request, Map<String, String> attributes, String data) {
        private static final Pattern DOC_STRING = Pattern.compile("\"\"\"\n(.*?)\n *\"\"\"", Pattern.DOTALL);
        private static final Pattern ATTRIBUTE = Pattern.compile("\\| +(\\w+) +\\| ([^|]*?) +\\|");
        private static final Pattern EXAMPLE = Pattern.compile("^ *\\| (application/[^|]*?) *\\|", Pattern.MULTILINE);

        static List<GherkinExample> all(String feature) {
            List<GherkinExample> examples = new ArrayList<>();
            String[] outlines = feature.split("Scenario Outline:", -1);
            for (int at = 1; at < outlines.length; at++) {
                String[] parts = outlines[at].split("Examples:", -1);
                Matcher rows = EXAMPLE.matcher(parts[1]);
                while (rows.find()) {
                    examples.add(of(parts[0].replace("<contentType>", rows.group(1))));
                }
            }
            return examples;
        }

        CloudEvent read() throws Exception {
            String[] headAndBody = request.split("\n\n", 2);
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            String contentType = null;
            for (String line : headAndBody[0].lines().skip(1).toList()) {
                String[] header = line.split(": ", 2);
                headers.add(Map.entry(header[0], header[1]));
                contentType = header[0].equals("Content-Type") ? header[1] : contentType;
            }
            byte[] body = Vectors.bytes(headAndBody[1]);
            return ContentMode.of(contentType) == ContentMode.STRUCTURED
                    ? JsonFormat.read(body)
                    : HttpBinding.readBinary(HttpHeaders.of(headers), body);
        }

        private static GherkinExample of(String scenario) {
            Matcher docStrings = DOC_STRING.matcher(scenario);
            docStrings.find();
            String request = docStrings.group(1).stripIndent();
            String table = scenario.substring(docStrings.end());
            docStrings.find();
            Map<String, String> attributes = new LinkedHashMap<>();
            Matcher rows = ATTRIBUTE.matcher(table);
            while (rows.find()) {
                if (!rows.group(1).equals("key")) {
                    attributes.put(rows.group(1), rows.group(2));
                }
            }
            return new GherkinExample(request, attributes, docStrings.group(1));
        }
    }

    private static String expectedPointer(String id) {
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

    private static Stream<Arguments> pairs(String group) {
        return StreamSupport.stream(headerValues(group).spliterator(), false)
                .map(pair -> Arguments.of(pair.get(0).asText(), pair.get(1).asText()));
    }

    /** Equal as GOLDEN-EVENTS.md means it: timestamps by instant, all else by value. */
    private static void assertSame(CloudEvent actual, CloudEvent expected) {
        assertThat(normalised(actual)).isEqualTo(normalised(expected));
        assertThat(actual.data()).isEqualTo(expected.data());
    }

    private static Map<String, Object> normalised(CloudEvent event) {
        Map<String, Object> attributes = new LinkedHashMap<>(Vectors.attributes(event));
        attributes.computeIfPresent(
                "time", (name, value) -> OffsetDateTime.parse(value.toString()).toInstant());
        return attributes;
    }
}
