package io.bactrian.cloudevents;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.bactrian.cloudevents.Vectors.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class JsonFormatTest {
    private static final String REQUIRED = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"a\" : 1.0e+05 ,\r\n\t\"b\":\"\\u00e9\\/é\" }",
                "[1, 2 ,3.1400000000000000000000000000000001]",
                "\"\"",
                "\"a \\\"string\\\" with \\uDEAD in it\"",
                "-0",
                "12345678901234567890123456789012345678901234567890",
                "1E400",
                "true",
                "false",
                "null",
                "{}",
                "[[[]]]",
                "\"{\\\"not\\\":\\\"parsed again\\\"}\""
            })
    void json_data_is_the_exact_slice_of_the_source_wherever_it_stands(String data) throws Exception {
        for (String json : List.of(
                "{" + REQUIRED + ",\"data\":" + data + "}",
                "{\"data\" : \n " + data + " \t,\"x\":\"é\"," + REQUIRED + "}",
                "{\"data\":" + data + " ,\"datacontenttype\":\"Application/Vnd.X+JSON; v=1\"," + REQUIRED + "}")) {
            CloudEvent event = JsonFormat.read(bytes(json));

            assertThat(event.data()).asString().isEqualTo(data);
            assertThat(new String(JsonFormat.write(event), UTF_8)).endsWith(",\"data\":" + data + "}");
        }
    }

    @Test
    void data_of_each_element_of_a_batch_is_its_own_slice() throws Exception {
        String json = " [ {" + REQUIRED + ",\"data\": [ 1 ] } , {\"data\":\"é\" ," + REQUIRED + "}]";

        List<CloudEvent> events = JsonFormat.readBatch(bytes(json), 2);

        assertThat(events).extracting(event -> new String(event.data(), UTF_8)).containsExactly("[ 1 ]", "\"é\"");
    }

    @Test
    void json_data_without_a_content_type_says_application_json_from_then_on() throws Exception {
        CloudEvent event = JsonFormat.read(bytes("{" + REQUIRED + ",\"datacontenttype\":null,\"data\":1}"));

        assertThat(event.dataContentType()).isEqualTo("application/json");
        assertThat(JsonFormat.write(event)).asString().contains("\"datacontenttype\":\"application/json\"");
        assertThat(NatsBinding.binary(event).headers())
                .contains(new NatsBinding.Header("ce-datacontenttype", "application/json"));
    }

    @Test
    void base64_without_a_content_type_stays_without_one() throws Exception {
        CloudEvent event = JsonFormat.read(bytes("{" + REQUIRED + ",\"data_base64\":\"e30=\"}"));

        assertThat(event.data()).asString().isEqualTo("{}");
        assertThat(event.dataContentType()).isNull();
        assertThat(JsonFormat.write(event)).asString().isEqualTo("{" + REQUIRED + ",\"data_base64\":\"e30=\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "application/json          | {\"a\":1}     | ,\"data\":{\"a\":1}}",
                "text/x.y+json             | [1]           | ,\"data\":[1]}",
                "application/json          | {\"a\":1      | ,\"data_base64\":\"eyJhIjox\"}",
                "application/json          | {\"a\":1,\"a\":2} | ,\"data_base64\":\"eyJhIjoxLCJhIjoyfQ==\"}",
                "application/json          | 1 2           | ,\"data_base64\":\"MSAy\"}",
                "text/plain                | say \"hi\\\"  | ,\"data\":\"say \\\"hi\\\\\\\"\"}",
                "text/plain; charset=UTF-8 | hé            | ,\"data\":\"hé\"}",
                "text/plain; charset=utf-16| hé            | ,\"data_base64\":\"aMOp\"}",
                "application/xml           | <a/>          | ,\"data\":\"<a/>\"}",
                "application/octet-stream  | abc           | ,\"data_base64\":\"YWJj\"}"
            })
    void a_body_is_written_as_what_its_type_says_if_it_is_that(String type, String body, String tail) throws Exception {
        CloudEvent event = event().dataContentType(type).data(bytes(body)).build();

        assertThat(JsonFormat.write(event)).asString().endsWith(tail);
        assertThat(JsonFormat.read(JsonFormat.write(event)).data()).isEqualTo(bytes(body));
    }

    @Test
    void bytes_that_are_no_utf8_are_never_written_as_json_or_text() throws Exception {
        byte[] latin1 = {'"', (byte) 0xE9, '"'};
        for (String type : List.of("application/json", "text/plain")) {
            CloudEvent event = event().dataContentType(type).data(latin1).build();

            assertThat(JsonFormat.write(event)).asString().endsWith(",\"data_base64\":\"Iuki\"}");
        }
    }

    @Test
    void control_characters_of_text_are_escaped_and_come_back() throws Exception {
        String text = IntStream.range(0, 0x100).mapToObj(Character::toString).collect(Collectors.joining());
        CloudEvent event =
                event().dataContentType("text/plain").data(bytes(text)).build();

        byte[] json = JsonFormat.write(event);

        assertThat(Vectors.JSON.readTree(json).get("data").asText()).isEqualTo(text);
        assertThat(JsonFormat.read(json).data()).isEqualTo(bytes(text));
    }

    @Test
    void types_of_extensions_are_kept_in_structured_mode() throws Exception {
        String json = "{" + REQUIRED + ",\"b\":true,\"i\":-2147483648,\"s\":\"7\",\"z\":-0}";

        CloudEvent event = JsonFormat.read(bytes(json));

        assertThat(JsonFormat.write(event)).asString().isEqualTo(json.replace("-0", "0"));
        assertThat(event.attribute("b")).isEqualTo("true");
        assertThat(event.attribute("i")).isEqualTo("-2147483648");
    }

    @Test
    void attributes_keep_their_order() throws Exception {
        CloudEvent event = JsonFormat.read(bytes("{\"z\":\"1\"," + REQUIRED + ",\"a\":\"2\",\"subject\":\"x\"}"));

        assertThat(event.attributeNames()).containsExactly("specversion", "z", "id", "source", "type", "a", "subject");
    }

    @Test
    void a_bad_event_with_many_faults_reports_them_all() {
        List<Violation> violations = violations("""
                {"specversion":"0.3","id":7,"source":"","time":"noon","datacontenttype":"x","My~Ex/t":1,
                 "f":1.5,"o":{"a":[1,{}]},"big":2147483648,"id":"again","data":1,"data_base64":"!"}""");

        assertThat(violations)
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly(
                        "/specversion C9",
                        "/id J2",
                        "/source C8",
                        "/time C14",
                        "/datacontenttype C11",
                        "/My~0Ex~1t C4",
                        "/f C5",
                        "/o J2",
                        "/big C5",
                        "/id C3",
                        "/data_base64 J5",
                        "/type C3");
    }

    @Test
    void an_atomic_batch_reports_the_faults_of_every_element() {
        String json = "[{" + REQUIRED + "},{},{" + REQUIRED + ",\"subject\":\"\"},7]";

        InvalidCloudEventException refused =
                catchThrowableOfType(InvalidCloudEventException.class, () -> JsonFormat.readBatch(bytes(json), 9));

        assertThat(refused.violations())
                .extracting(Violation::pointer)
                .containsExactly("/1/specversion", "/1/id", "/1/source", "/1/type", "/2/subject", "/3");
        assertThat(refused).hasMessageContaining("/1/specversion").hasMessageEndingWith("; and 3 more");
    }

    @Test
    void a_batch_is_no_structured_event() {
        assertThat(violations("[{" + REQUIRED + "}]"))
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly(" J1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "1", "\"x\"", "null"})
    void a_structured_event_is_no_batch(String json) {
        assertThatThrownBy(() -> JsonFormat.readBatch(bytes(json), 9))
                .isInstanceOfSatisfying(InvalidCloudEventException.class, e -> assertThat(e.violations())
                        .extracting(Violation::rule)
                        .containsExactly("B1"));
    }

    @Test
    void a_lenient_batch_keeps_what_is_valid() throws Exception {
        String json = "[{" + REQUIRED + "},{},{" + REQUIRED + "}]";

        List<BatchElement> elements = JsonFormat.readBatchLenient(bytes(json), 3);

        assertThat(elements).extracting(BatchElement::index).containsExactly(0, 1, 2);
        assertThat(elements).extracting(element -> element.event() != null).containsExactly(true, false, true);
        assertThat(elements.get(1).violations()).hasSize(4);
    }

    @Test
    void a_batch_with_one_element_too_many_is_too_large() {
        String json = "[{" + REQUIRED + "},{" + REQUIRED + "}]";

        assertThatThrownBy(() -> JsonFormat.readBatch(bytes(json), 1))
                .isInstanceOfSatisfying(
                        BatchTooLargeException.class, e -> assertThat(e.limit()).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "{\"id\":",
                "{\"id\" \"x\"}",
                "{\"id\":\"x\",}",
                "{'id':'x'}",
                "{\"id\":01}",
                "{\"id\":NaN}",
                "{\"id\":+1}",
                "{\"id\":\"\t\"}",
                "{\"id\":\"\\x\"}",
                "{\"id\":\"\\u00g0\"}",
                "{\"id\":tru}",
                "{} {}",
                "{}]",
                "\uFEFF{}",
                "// comment\n{}",
                "{\"data\":[1,{\"a\":}]}"
            })
    void what_is_not_json_is_refused_as_a_whole(String json) {
        assertThat(violations(json)).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEmpty();
            assertThat(violation.rule()).isEqualTo("RFC8259");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xC0, 0xC1, 0xF5, 0xFF})
    void bytes_that_are_no_utf8_are_refused_even_inside_data(int bad) {
        byte[] json = bytes("{" + REQUIRED + ",\"data\":\"??\"}");
        json[json.length - 4] = (byte) bad;
        json[json.length - 3] = (byte) 0x80;

        assertThatThrownBy(() -> JsonFormat.read(json)).hasMessageContaining("UTF-8 at byte " + (json.length - 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32"})
    void other_encodings_of_json_are_refused(String charset) throws Exception {
        byte[] json = ("{" + REQUIRED + "}").getBytes(charset);

        assertThatThrownBy(() -> JsonFormat.read(json)).isInstanceOf(InvalidCloudEventException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"id\":\"2\"                       | /id           | C3",
                "\"\\u0069d\":null                  | /id           | C3",
                "\"data\":1,\"data\":2              | /data         | C3",
                "\"data_base64\":\"\",\"data_base64\":\"\" | /data_base64 | C3",
                "\"data\":{\"a\":1,\"b\":[{\"c\":1,\"c\":2}]} | /data/b/0/c | RFC8259",
                "\"data\":null,\"data_base64\":\"\" | /data_base64  | J5",
                "\"data_base64\":\"TWE\"            | /data_base64  | J5",
                "\"data_base64\":\"TW E=\"          | /data_base64  | J5",
                "\"data_base64\":\"-_==\"           | /data_base64  | J5",
                "\"data_base64\":{}                 | /data_base64  | J5",
                "\"subject\":\"a\\u0000\"           | /subject      | C5",
                "\"subject\":\"a\\r\\nb\"           | /subject      | C5",
                "\"subject\":\"\\u007f\"            | /subject      | C5",
                "\"subject\":\"\\u0085\"            | /subject      | C5",
                "\"subject\":\"\\uFFFE\"            | /subject      | C5",
                "\"subject\":\"\\uFDD0\"            | /subject      | C5",
                "\"subject\":\"\\uDBFF\\uDFFF\"     | /subject      | C5",
                "\"subject\":\"\\uDEAD\"            | /subject      | C5",
                "\"subject\":\"\\uD800x\"           | /subject      | C5",
                "\"ext\":[]                         | /ext          | J2",
                "\"ext\":1.0                        | /ext          | C5",
                "\"ext\":1e2                        | /ext          | C5",
                "\"ext\":-2147483649                | /ext          | C5",
                "\"subject\":true                   | /subject      | J2",
                "\"time\":1                         | /time         | J2",
                "\"\":1                             | /             | C4",
                "\"my_ext\":1                       | /my_ext       | C4",
                "\"dataschema\":\"relative\"        | /dataschema   | C12",
                "\"datacontenttype\":\"text/plain\",\"data\":{} | /data | J11",
                "\"datacontenttype\":\"text/plain\",\"data\":\"\\uDEAD\" | /data | C5"
            })
    void hostile_members_are_refused_by_name(String member, String pointer, String rule) {
        assertThat(violations("{" + REQUIRED + "," + member + "}"))
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly(pointer + " " + rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"data\":{},\"data_base64\":null",
                "\"datacontenttype\":\"text/plain\",\"data\":null",
                "\"data\":null",
                "\"ext\":null",
                "\"ext\":\"\"",
                "\"averyveryverylongextensionname\":\"x\"",
                "\"subject\":\"Zoë 😀\"",
                "\"data_base64\":\"\"",
                "\"dataschema\":\"https://x/y#/definitions/z\"",
                "\"data_base64\":\"\\/\\/\\/\\/\""
            })
    void unusual_but_legal_members_are_taken(String member) throws Exception {
        assertThat(JsonFormat.read(bytes("{" + REQUIRED + "," + member + "}")).id())
                .isEqualTo("1");
    }

    @Test
    void null_data_is_json_null_for_json_and_nothing_for_other_types() throws Exception {
        assertThat(JsonFormat.read(bytes("{" + REQUIRED + ",\"data\":null}")).data())
                .asString()
                .isEqualTo("null");
        assertThat(JsonFormat.read(bytes("{" + REQUIRED + ",\"datacontenttype\":\"text/plain\",\"data\":null}"))
                        .data())
                .isNull();
    }

    @Test
    void nesting_is_bounded() throws Exception {
        String deepest = "[".repeat(JsonSource.MAX_DEPTH - 1) + "]".repeat(JsonSource.MAX_DEPTH - 1);
        String tooDeep = "[" + deepest + "]";

        assertThat(JsonFormat.read(bytes("{" + REQUIRED + ",\"data\":" + deepest + "}"))
                        .data())
                .isEqualTo(bytes(deepest));
        assertThat(violations("{" + REQUIRED + ",\"data\":" + tooDeep + "}"))
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("nesting depth"));
        assertThat(violations("[".repeat(1_000_000))).hasSize(1);
    }

    @Test
    void a_body_nested_too_deep_for_data_is_written_as_base64() throws Exception {
        String deep = "[".repeat(JsonSource.MAX_DEPTH) + "]".repeat(JsonSource.MAX_DEPTH);
        CloudEvent event =
                event().dataContentType("application/json").data(bytes(deep)).build();

        assertThat(JsonFormat.read(JsonFormat.write(event)).data()).isEqualTo(bytes(deep));
    }

    @Test
    void the_number_of_attributes_is_bounded() throws Exception {
        String most = IntStream.range(0, Draft.MAX_ATTRIBUTES - 4)
                .mapToObj(i -> ",\"x" + i + "\":" + i)
                .collect(Collectors.joining());
        CloudEvent event = JsonFormat.read(bytes("{" + REQUIRED + most + ",\"data\":1}"));

        assertThat(event.attributeNames()).hasSize(Draft.MAX_ATTRIBUTES + 1).contains("datacontenttype");
        assertThat(EventCodec.read(EventCodec.write(event)).attributeNames()).isEqualTo(event.attributeNames());
        assertThat(violations("{" + REQUIRED + most + ",\"y\":1,\"z\":2}"))
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly("/y limit");
    }

    @Test
    void values_and_names_of_attributes_are_bounded() throws Exception {
        String longest = "x".repeat(AttributeRules.MAX_VALUE);

        assertThat(JsonFormat.read(bytes("{" + REQUIRED + ",\"subject\":\"" + longest + "\"}"))
                        .subject())
                .isEqualTo(longest);
        assertThat(violations("{" + REQUIRED + ",\"subject\":\"" + longest + "x\"}"))
                .extracting(Violation::rule)
                .containsExactly("limit");
        assertThat(violations("{" + REQUIRED + ",\"" + "n".repeat(AttributeRules.MAX_NAME + 1) + "\":1}"))
                .extracting(violation -> violation.pointer() + " " + violation.rule())
                .containsExactly(" limit");
    }

    @Test
    void the_list_of_violations_is_bounded() {
        String bad = IntStream.range(0, 5000).mapToObj(i -> "\"X" + i + "\":1").collect(Collectors.joining(","));

        List<Violation> violations = violations("{" + REQUIRED + "," + bad + "}");

        assertThat(violations).hasSize(Violations.LIMIT + 1);
        assertThat(violations.get(Violations.LIMIT).rule()).isEqualTo("limit");
    }

    @Test
    void repeats_are_found_in_large_objects_and_not_across_objects() throws Exception {
        String members = IntStream.range(0, 40)
                .mapToObj(i -> "\"m" + i + "\":{\"x\":1,\"y\":2}")
                .collect(Collectors.joining(","));

        assertThat(JsonFormat.read(bytes("{" + REQUIRED + ",\"data\":[{" + members + "},{" + members + "}]}"))
                        .data())
                .isNotNull();
        assertThat(violations("{" + REQUIRED + ",\"data\":{" + members + ",\"m3\":1,\"m39\":1,\"x\":1}}"))
                .extracting(Violation::pointer)
                .containsExactly("/data/m3");
        assertThat(violations("{" + REQUIRED + ",\"data\":{" + members + ",\"m39\":1}}"))
                .extracting(Violation::pointer)
                .containsExactly("/data/m39");
    }

    @Test
    void many_repeats_below_a_long_name_are_told_once_and_briefly() {
        String repeats = "\"a\":1" + ",\"a\":1".repeat(10_000);

        assertThat(violations("{" + REQUIRED + ",\"data\":{\"" + "n".repeat(40_000) + "\":{" + repeats + "}}}"))
                .containsExactly(new Violation("", null, "RFC8259", "a member is given at most once"));
    }

    @Test
    void violations_never_quote_the_value() {
        assertThat(violations("{" + REQUIRED + ",\"data\":SECRET}"))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.detail()).doesNotContain("SECRET").contains("line 1"));
        assertThat(violations(
                        "{" + REQUIRED.replace("/s", "SECRET é") + ",\"time\":\"SECRET\",\"subject\":{\"SECRET\":1}}"))
                .hasSize(3)
                .noneSatisfy(violation -> assertThat(violation.toString()).contains("SECRET"));
    }

    private static CloudEvent.Builder event() {
        return CloudEvent.builder().id("1").source("/s").type("t");
    }

    private static List<Violation> violations(String json) {
        InvalidCloudEventException refused =
                catchThrowableOfType(InvalidCloudEventException.class, () -> JsonFormat.read(bytes(json)));
        assertThat(refused).as(json.length() < 500 ? json : "long document").isNotNull();
        return refused.violations();
    }

    @Test
    void a_long_name_inside_data_is_kept() throws Exception {
        String data = "{\"" + "n".repeat(60_000) + "\":1}";

        CloudEvent event = JsonFormat.read(
                bytes("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":" + data + "}"));

        assertThat(event.data()).isEqualTo(bytes(data));
        assertThat(JsonFormat.read(JsonFormat.write(event)).data()).isEqualTo(bytes(data));
    }
}
