package io.bactrian.cloudevents;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the vectors of {@link ConformanceVectorsTest} leave open. */
class HeaderValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a%2520b          | a%20b",
                "%2541            | %41",
                "\"a%20b\"        | a b",
                "\"a\\%20b\"      | a b",
                "a\"b\"c          | a\"b\"c",
                "\"a\" \"b\"      | \"a\" \"b\"",
                "\"a\"b\\         | \"a\"b\\",
                "%22a%22          | \"a\"",
                "~!#$&'()*+,/:;=  | ~!#$&'()*+,/:;="
            })
    void decoding_is_one_round_and_quotes_count_around_the_whole_value_only(String encoded, String text)
            throws Exception {
        assertThat(HeaderValues.decode(encoded)).isEqualTo(text);
    }

    @Example
    void an_unpaired_surrogate_cannot_be_encoded() {
        for (String text : new String[] {"a\uD800", "\uDC00\uD800", "\uD800\uD800\uDC00", "\uDC00"}) {
            assertThatThrownBy(() -> HeaderValues.encode(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Example
    void a_character_that_is_not_one_byte_is_refused() {
        assertThatThrownBy(() -> HeaderValues.decode("€")).isInstanceOf(MalformedHeaderValueException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "a%20b, a%20b",
        "Zo\u00C3\u00AB, Zo\u00EB",
        "Zo\u00EB, Zo\u00EB",
        "\u00C3\u00AB\u00EB, \u00C3\u00AB\u00EB"
    })
    void the_text_of_a_value_is_utf8_where_it_is_that(String value, String text) {
        assertThat(HeaderValues.text(value)).isEqualTo(text);
    }

    @Property
    void any_text_is_encoded_to_printable_ascii(@ForAll String text) throws Exception {
        String encoded;
        try {
            encoded = HeaderValues.encode(text);
        } catch (IllegalArgumentException e) {
            assertThat(AttributeRules.isLegalString(text)).isFalse();
            return;
        }

        assertThat(encoded).matches("[!-~&&[^\"]]*");
        if (AttributeRules.isLegalString(text)) {
            assertThat(HeaderValues.decode(encoded)).isEqualTo(text);
        } else {
            assertThatThrownBy(() -> HeaderValues.decode(encoded)).isInstanceOf(MalformedHeaderValueException.class);
        }
    }

    @Property
    void any_value_is_decoded_to_a_legal_string_or_refused(@ForAll String value) {
        try {
            assertThat(AttributeRules.isLegalString(HeaderValues.decode(value))).isTrue();
        } catch (MalformedHeaderValueException e) {
            assertThat(e).hasMessageNotContainingAny("�").message().isNotEmpty();
        }
    }
}
