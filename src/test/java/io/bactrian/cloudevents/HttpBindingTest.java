package io.bactrian.cloudevents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.bactrian.cloudevents.Vectors.bytes;
import static io.bactrian.cloudevents.Vectors.headers;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class HttpBindingTest {
    private static final String[] REQUIRED = {
        "ce-specversion", "1.0", "CE-ID", "1", "Ce-Source", "/s", "ce-type", "t", "Host", "x", "User-Agent", "y"
    };

    @Test
    void names_are_compared_without_case_and_other_headers_are_left_alone() throws Exception {
        CloudEvent event = HttpBinding.readBinary(
                with("CE-MyExt", "v%20w", "content-TYPE", "text/plain; charset=utf-8"), bytes("hello"));

        assertThat(Vectors.attributes(event))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "specversion", "1.0",
                        "id", "1",
                        "source", "/s",
                        "type", "t",
                        "myext", "v w",
                        "datacontenttype", "text/plain; charset=utf-8"));
        assertThat(event.data()).isEqualTo(bytes("hello"));
    }

    @Test
    void an_empty_body_is_no_data() throws Exception {
        assertThat(HttpBinding.readBinary(with(), new byte[0]).data()).isNull();
        assertThat(HttpBinding.readBinary(with(), null).data()).isNull();
    }

    @Test
    void each_missing_required_attribute_is_named() {
        assertThat(violations(headers("Content-Type", "application/json")))
                .extracting(violation -> violation.header() + " " + violation.rule())
                .containsExactly("ce-specversion C3", "ce-id C3", "ce-source C3", "ce-type C3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "ce-datacontenttype | text/plain          | ce-datacontenttype | H6",
                "CE-DataContentType | text/plain          | ce-datacontenttype | H6",
                "ce-id              | 2                   | ce-id              | C3",
                "Ce-Type            | t                   | ce-type            | C3",
                "ce-data            | x                   | ce-data            | C4",
                "ce-my_ext          | x                   | ce-my_ext          | C4",
                "ce-                | x                   | ce-                | C4",
                "ce-subject         | %C0%A0              | ce-subject         | H10",
                "ce-subject         | %ED%A0%80           | ce-subject         | H10",
                "ce-subject         | a%0D%0Ab            | ce-subject         | H10",
                "ce-subject         | a%00                | ce-subject         | H10",
                "ce-subject         | %EF%BF%BE           | ce-subject         | H10",
                "ce-subject         | 100%                | ce-subject         | H10",
                "ce-subject         | \"open             | ce-subject         | H10",
                "ce-subject         | é                   | ce-subject         | H10",
                "ce-subject         | \"\"                | ce-subject         | C13",
                "ce-time            | 2018-04-05T18:31Z   | ce-time            | C14",
                "ce-dataschema      | x                   | ce-dataschema      | C12",
                "Content-Type       | xyz                 | Content-Type       | C11",
                "Content-Type       | text/plain; x       | Content-Type       | C11"
            })
    void a_hostile_header_is_refused_by_name(String name, String value, String header, String rule) {
        assertThat(violations(with(name, value)))
                .extracting(violation -> violation.header() + " " + violation.rule())
                .containsExactly(header + " " + rule);
    }

    @Test
    void a_repeated_content_type_is_refused() {
        assertThat(violations(with("Content-Type", "a/b", "content-type", "a/b")))
                .extracting(violation -> violation.header() + " " + violation.rule())
                .containsExactly("Content-Type C3");
    }

    @Test
    void an_unreadable_required_attribute_is_not_called_missing_as_well() {
        HttpHeaders headers = headers("ce-specversion", "1.0", "ce-id", "%", "ce-source", "/s", "ce-type", "t");

        assertThat(violations(headers))
                .extracting(violation -> violation.header() + " " + violation.rule())
                .containsExactly("ce-id H10");
    }

    @Test
    void raw_utf8_bytes_are_taken_as_the_conformance_command_line_sends_them() throws Exception {
        String latin1View = new String(bytes("Zoë"), ISO_8859_1);

        assertThat(HttpBinding.readBinary(with("ce-subject", latin1View), null).subject())
                .isEqualTo("Zoë");
    }

    @Test
    void an_unquoted_value_with_quotes_inside_is_kept_as_it_is() throws Exception {
        assertThat(HttpBinding.readBinary(with("ce-comexampleextension2", "{\"othervalue\": 5}"), null)
                        .attribute("comexampleextension2"))
                .isEqualTo("{\"othervalue\": 5}");
    }

    @Test
    void a_map_of_lists_shows_its_repeats() {
        HttpHeaders headers = HttpHeaders.of(Map.of("ce-id", List.of("1", "2")));
        List<String> seen = new ArrayList<>();

        headers.each((name, value) -> seen.add(name + "=" + value));

        assertThat(seen).containsExactly("ce-id=1", "ce-id=2");
    }

    private static HttpHeaders with(String... more) {
        List<String> all = new ArrayList<>(List.of(REQUIRED));
        all.addAll(List.of(more));
        return headers(all.toArray(String[]::new));
    }

    private static List<Violation> violations(HttpHeaders headers) {
        return catchThrowableOfType(
                        InvalidCloudEventException.class, () -> HttpBinding.readBinary(headers, bytes("{}")))
                .violations();
    }
}
