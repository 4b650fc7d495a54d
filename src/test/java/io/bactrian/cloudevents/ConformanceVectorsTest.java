package io.bactrian.cloudevents;

import java.util.List;
import java.util.stream.Stream;

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

        Vectors.assertSame(event, Vectors.golden(golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validEvents")
    void a_valid_event_survives_both_modes_on_nats(String id, String golden, JsonNode json) throws Exception {
        CloudEvent event = JsonFormat.read(Vectors.bytes(json.toString()));

        Vectors.assertSame(JsonFormat.read(NatsBinding.structured(event).payload()), Vectors.golden(golden));
        Vectors.assertSame(Vectors.fromNats(NatsBinding.binary(event)), Vectors.golden(golden));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidEvents")
    void an_invalid_event_is_refused_with_a_pointer(String id, String golden, JsonNode json) {
        InvalidCloudEventException refused = catchThrowableOfType(
                InvalidCloudEventException.class, () -> JsonFormat.read(Vectors.bytes(json.toString())));

        assertThat(refused).isNotNull();
        assertThat(refused.violations()).singleElement().satisfies(violation -> assertThat(violation.pointer())
                .isEqualTo(Vectors.expectedPointer(id)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validBatches")
    void a_valid_batch_is_its_golden_events(String id, String golden, JsonNode json) throws Exception {
        List<CloudEvent> events = JsonFormat.readBatch(Vectors.bytes(json.toString()), 10);

        List<String> expected = Vectors.goldenBatch(golden);
        assertThat(events).hasSameSizeAs(expected);
        for (int at = 0; at < expected.size(); at++) {
            Vectors.assertSame(events.get(at), Vectors.golden(expected.get(at)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidBatches")
    void an_invalid_batch_is_refused_and_names_the_element(String id, String golden, JsonNode json) {
        InvalidCloudEventException refused = catchThrowableOfType(
                InvalidCloudEventException.class, () -> JsonFormat.readBatch(Vectors.bytes(json.toString()), 10));

        assertThat(refused.violations())
                .extracting(Violation::pointer)
                .containsExactly(Vectors.expectedBatchPointer(id));
    }

    static Stream<Arguments> roundTrip() {
        return Vectors.pairs("round_trip");
    }

    static Stream<Arguments> decodeOnly() {
        return Vectors.pairs("decode_only");
    }

    static Stream<String> mustReject() {
        return Vectors.mustReject();
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
}
