package io.bactrian.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventIdArgumentTest {

    private static CommandLine.ParseResult parse(String arguments) {
        return Bactrian.commandLine()
                .parseArgs(("events " + arguments).split(" "))
                .subcommand()
                .subcommand();
    }

    @ParameterizedTest
    @CsvSource({
        "show, -bcdefGHIJKLMNOPQRSTUV",
        "data, -bcdefGHIJKLMNOPQRSTUV",
        "discard --reason=tried, -bcdefGHIJKLMNOPQRSTUV",
        "replay --reason tried, -ex1WDtIpo1qDOZxIrjloA",
        // like -h, -V, -D and long options
        "show, -hcdefGHIJKLMNOPQRSTUV",
        "replay, -VcdefGHIJKLMNOPQRSTUV",
        "show, -DcdefGHIJKLMNOPQRSTUV",
        "replay, --cdefGHIJKLMNOPQRSTUV",
        "show, bcdefGHIJKLMNOPQRSTUVW"
    })
    void an_id_may_begin_with_a_hyphen(String command, String id) {
        // When
        CommandLine.ParseResult before = parse(command + " --url=http://localhost:1 " + id);
        CommandLine.ParseResult between = parse(command + " " + id + " --url http://localhost:1");

        // Then
        assertThat(before.<String>matchedPositionalValue(0, "")).isEqualTo(id);
        assertThat(between.<String>matchedPositionalValue(0, "")).isEqualTo(id);
        assertThat(between.<String>matchedOptionValue("--url", "")).isEqualTo("http://localhost:1");
    }

    @Test
    void an_option_that_does_not_exist_is_still_an_error() {
        assertThatThrownBy(() -> parse("replay --dryrun --state dead"))
                .isInstanceOf(CommandLine.UnmatchedArgumentException.class)
                .hasMessageContaining("--dryrun");
    }

    @Test
    void two_hyphens_still_end_the_options() {
        assertThat(parse("replay -- -ex1WDtIpo1qDOZxIrjloA").<String>matchedPositionalValue(0, ""))
                .isEqualTo("-ex1WDtIpo1qDOZxIrjloA");
    }
}
