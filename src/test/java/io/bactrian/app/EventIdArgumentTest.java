package io.bactrian.app;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class EventIdArgumentTest {

    @ParameterizedTest
    @ValueSource(strings = {"show", "data", "discard --reason=tried"})
    void an_id_may_begin_with_a_hyphen(String command) {
        // When
        CommandLine.ParseResult parsed = Bactrian.commandLine()
                .parseArgs(("events " + command + " -bcdefGHIJKLMNOPQRSTUV --url=http://localhost:1").split(" "));

        // Then
        CommandLine.ParseResult last = parsed.subcommand().subcommand();
        assertThat(last.<String>matchedPositionalValue(0, "")).isEqualTo("-bcdefGHIJKLMNOPQRSTUV");
    }
}
