package io.bactrian.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.AutoComplete;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class HelpTest {

    static Stream<CommandLine> commands() {
        return below(Bactrian.commandLine());
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream()
                        .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                        .flatMap(HelpTest::below));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_shows_an_example_of_itself(CommandLine command) {
        // When
        String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);

        // Then
        String name = command.getCommandSpec().qualifiedName();
        assertThat(help)
                .containsPattern(
                        "Examples?:\\R(.*\\R)*  (.* )?" + (name.endsWith("completion") ? "source <\\(" : "") + name);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void no_example_is_broken_over_two_lines(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().footer())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void help_is_a_command_too() {
        // Given
        StringWriter out = new StringWriter();
        CommandLine bactrian = Bactrian.commandLine().setOut(new PrintWriter(out));

        // When
        int code = bactrian.execute("help");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).isEqualTo(bactrian.getUsageMessage());
    }

    @Test
    void a_shell_completes_the_states_of_events() {
        assertThat(AutoComplete.bash("bactrian", Bactrian.commandLine()))
                .contains("=(\"accepted\" \"processed\" \"dead\" \"discarded\")");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_option_and_parameter_is_described(CommandLine command) {
        assertThat(command.getCommandSpec().args())
                .allSatisfy(argument -> assertThat(argument.description()).isNotEmpty());
    }

    @Test
    void the_gateway_that_starts_without_the_other_commands_is_the_same_command() {
        // When
        CommandLine alone = Bactrian.commandLine("run", "--help");

        // Then
        assertThat(alone.getSubcommands()).containsOnlyKeys("run");
        assertThat(alone.getSubcommands().get("run").getUsageMessage(CommandLine.Help.Ansi.OFF))
                .isEqualTo(
                        Bactrian.commandLine().getSubcommands().get("run").getUsageMessage(CommandLine.Help.Ansi.OFF));
    }
}
