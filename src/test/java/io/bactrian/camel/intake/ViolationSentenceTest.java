package io.bactrian.camel.intake;

import io.bactrian.cloudevents.Violation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ViolationSentenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/id|-|is required|The attribute id is required.",
                "-|ce-id|is required|The header ce-id is required.",
                "/3/id|-|is required|The member /3/id is required.",
                "/data_base64|-|must be a string|The member /data_base64 must be a string.",
                "/data|-|must not have unpaired surrogates|The member /data must not have unpaired surrogates.",
                "/dataschema|-|must be a non-empty string|The attribute dataschema must be a non-empty string.",
                "-|ce-a|an attribute is given at most once|The header ce-a: an attribute is given at most once.",
                "''|-|a batch must be a JSON array of events|A batch must be a JSON array of events.",
                "''|-|must be an object|The document must be an object.",
                "''|-|Unexpected end-of-input.|Unexpected end-of-input."
            })
    void it_says_by_itself_what_is_meant(String pointer, String header, String detail, String sentence) {
        assertThat(ViolationSentence.of(new Violation(pointer, header, "C3", detail)))
                .isEqualTo(sentence);
    }
}
