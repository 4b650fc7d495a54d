package io.bactrian.camel.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokensTest {

    @Test
    void blanks_separate_tokens_and_a_comma_is_a_character_of_one() {
        assertThat(Tokens.ofHeader("key", " s3cr,et\told-one  new-one\n"))
                .containsExactly("s3cr,et", "old-one", "new-one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", ", ,", "tok,", ",tok", "1st, 2nd", "good ,"})
    void a_value_without_a_token_or_with_a_comma_that_was_meant_to_separate_is_refused(String text) {
        assertThatThrownBy(() -> Tokens.separate("bactrian.admin.token", text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("bactrian.admin.token: ")
                .hasMessageNotContainingAny("tok,", "1st", "good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"schlüssel", "s3cret\u00a0", "a\u0001b", "a\u007fb", "good 日本"})
    void a_token_that_a_header_cannot_carry_is_refused_without_being_quoted(String text) {
        assertThatThrownBy(() -> Tokens.ofHeader("bactrian.admin.token", text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("bactrian.admin.token: a token in it has other characters than visible ASCII ones, which no"
                        + " header carries as they are");
    }
}
