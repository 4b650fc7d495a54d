package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Any valid event survives every pair of modes, and the journal's form. */
class EventPropertiesTest {
    private static final byte[] NOTHING = new byte[0];

    @Property(tries = 500)
    void an_event_survives_structured_mode(@ForAll("events") CloudEvent event) throws Exception {
        CloudEvent back = JsonFormat.read(NatsBinding.structured(event).payload());

        assertThat(Vectors.attributes(back)).isEqualTo(Vectors.attributes(event));
        assertThat(back.data()).isEqualTo(event.data());
        assertThat(JsonFormat.write(back)).isEqualTo(JsonFormat.write(event));
    }

    @Property(tries = 500)
    void an_event_survives_binary_mode(@ForAll("events") CloudEvent event) throws Exception {
        NatsBinding.NatsMessage message = NatsBinding.binary(event);

        CloudEvent back = Vectors.fromNats(message);

        assertThat(message.headers())
                .allSatisfy(header -> assertThat(header.name() + header.value()).matches("[!-~]*"));
        assertThat(Vectors.attributes(back)).isEqualTo(Vectors.attributes(event));
        // an empty body is no data: a message cannot tell the two apart
        assertThat(back.data() == null ? NOTHING : back.data())
                .isEqualTo(event.data() == null ? NOTHING : event.data());
    }

    @Property(tries = 500)
    void an_event_survives_binary_then_structured_mode(@ForAll("events") CloudEvent event) throws Exception {
        CloudEvent binary = Vectors.fromNats(NatsBinding.binary(event));

        CloudEvent back = JsonFormat.read(NatsBinding.structured(binary).payload());

        assertThat(Vectors.attributes(back)).isEqualTo(Vectors.attributes(event));
        assertThat(back.data()).isEqualTo(binary.data());
    }

    @Property(tries = 200)
    void a_batch_of_structured_events_is_those_events(@ForAll("batches") List<CloudEvent> events) throws Exception {
        List<String> documents = new ArrayList<>();
        for (CloudEvent event : events) {
            documents.add(new String(JsonFormat.write(event), UTF_8));
        }

        List<CloudEvent> back = JsonFormat.readBatch(Vectors.bytes(documents.toString()), events.size());

        assertThat(back).hasSameSizeAs(events);
        for (int at = 0; at < events.size(); at++) {
            assertThat(JsonFormat.write(back.get(at))).isEqualTo(JsonFormat.write(events.get(at)));
        }
    }

    @Property(tries = 500)
    void an_event_survives_being_kept(@ForAll("events") CloudEvent event) {
        CloudEvent back = EventCodec.read(EventCodec.write(event));

        assertThat(Vectors.attributes(back)).isEqualTo(Vectors.attributes(event));
        assertThat(back.attributeNames()).containsExactlyElementsOf(event.attributeNames());
        assertThat(back.data()).isEqualTo(event.data());
        assertThat(back.kind()).isEqualTo(event.kind());
        assertThat(JsonFormat.write(back)).isEqualTo(JsonFormat.write(event));
    }

    @Property(tries = 300)
    void another_parser_reads_the_same_json(@ForAll("events") CloudEvent event) throws Exception {
        Map<String, String> members = new LinkedHashMap<>();
        Vectors.JSON
                .readTree(JsonFormat.write(event))
                .properties()
                .forEach(
                        member -> members.put(member.getKey(), member.getValue().asText()));

        members.keySet().removeAll(List.of("data", "data_base64"));
        assertThat(members).isEqualTo(Vectors.attributes(event));
    }

    @Provide
    Arbitrary<List<CloudEvent>> batches() {
        return events().list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<CloudEvent> events() {
        Arbitrary<Map<String, Object>> extensions =
                Arbitraries.maps(extensionNames(), extensionValues()).ofMaxSize(5);
        return Combinators.combine(
                        text(),
                        sources(),
                        text(),
                        text().injectNull(0.5),
                        times().injectNull(0.5),
                        contents(),
                        extensions)
                .as(EventPropertiesTest::event);
    }

    /** A content type and data that goes with it, both may be missing. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Content(String type, byte[] data) {}

    private static CloudEvent event(
            String id,
            String source,
            String type,
            String subject,
            String time,
            Content content,
            Map<String, Object> extensions) {
        CloudEvent.Builder event = CloudEvent.builder()
                .id(id)
                .source(source)
                .type(type)
                .subject(subject)
                .time(time)
                .dataContentType(content.type())
                .data(content.data());
        extensions.forEach((name, value) -> {
            if (value instanceof Integer number) {
                event.attribute(name, number);
            } else if (value instanceof Boolean flag) {
                event.attribute(name, flag);
            } else {
                event.attribute(name, value.toString());
            }
        });
        try {
            return event.build();
        } catch (InvalidCloudEventException e) {
            throw new AssertionError(e);
        }
    }

    private static Arbitrary<String> text() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(AttributeRules::isLegalString),
                Arbitraries.strings()
                        .withChars('"', '\\', '%', ' ', '2', '0', 'A', ',', '{', 'é', '€', '\u00A0', '\uFEFF')
                        .ofMinLength(1)
                        .ofMaxLength(8),
                Arbitraries.of("😀", "a😀b", "%25", "\"quoted\"", "\\", "\"", "\"\\", "null"));
    }

    private static Arbitrary<String> sources() {
        return Arbitraries.strings()
                .withChars("abcXYZ019-._~:/?#@!$&'()*+,;=%[]")
                .ofMinLength(1)
                .ofMaxLength(20)
                .filter(UriSyntax::isReference);
    }

    private static Arbitrary<String> times() {
        return Arbitraries.of("2018-04-05T17:31:00Z", "2018-04-05t17:31:00.000000000001+05:30", "1990-12-31T23:59:60z");
    }

    private static Arbitrary<String> extensionNames() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .ofMinLength(1)
                .ofMaxLength(25)
                .filter(name -> !AttributeRules.isCore(name) && !name.equals("data"));
    }

    private static Arbitrary<Object> extensionValues() {
        return Arbitraries.oneOf(
                text().asGeneric(),
                Arbitraries.just("").asGeneric(),
                Arbitraries.integers().asGeneric(),
                Arbitraries.of(true, false).asGeneric());
    }

    private static Arbitrary<Content> contents() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        Arbitrary<byte[]> strings = Arbitraries.strings().ofMaxLength(20).map(Vectors::bytes);
        Arbitrary<byte[]> json = Arbitraries.of(
                        "{}",
                        "[1,2.50,{\"a\":null}]",
                        "\"x\\u00e9\"",
                        "1e400",
                        "null",
                        "{\"a\":1,\"a\":2}",
                        "{\"a\" : [ ] }",
                        "nul",
                        "")
                .map(Vectors::bytes);
        Arbitrary<byte[]> any = Arbitraries.oneOf(bytes, strings, json).injectNull(0.1);
        Arbitrary<String> types = Arbitraries.of(
                        "application/json",
                        "application/vnd.x+json; charset=utf-8",
                        "text/plain",
                        "text/plain;charset=\"iso-8859-1\"",
                        "application/xml",
                        "application/octet-stream")
                .injectNull(0.2);
        return Combinators.combine(types, any).as(Content::new);
    }
}
