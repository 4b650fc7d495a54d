package io.bactrian.app;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RunCommandTest {

    @Provide
    static Arbitrary<List<String>> options() {
        Arbitrary<String> text =
                Arbitraries.strings().withChars("aD1.=-/@ '\"\\,[]{}$:").ofMaxLength(6);
        Arbitrary<String> names =
                Arbitraries.of("-D", "-Dkey=", "-Dcamel.a[b].c=", "--config", "--routes", "--accept-loss", "--config=");
        return Arbitraries.frequencyOf(
                        Tuple.of(3, names),
                        Tuple.of(2, text),
                        Tuple.of(3, names.flatMap(name -> text.map(value -> name + value))))
                .list()
                .ofMaxSize(5);
    }

    @Property
    void options_read_without_picocli_are_what_picocli_reads(@ForAll("options") List<String> options) {
        // When
        Optional<RunCommand> plain = RunCommand.plain(options);

        // Then
        plain.ifPresent(run -> assertThat(run).usingRecursiveComparison().isEqualTo(parsed(options)));
    }

    private static RunCommand parsed(List<String> options) {
        RunCommand run = new RunCommand();
        new CommandLine(run).parseArgs(options.toArray(String[]::new));
        return run;
    }

    static Stream<Arguments> spellings() {
        return Stream.of(
                arguments(List.of(), true),
                arguments(List.of("-Dbactrian.ack=processed", "-Dcamel.routeTemplate[a].secret=x=y"), true),
                arguments(List.of("--config", "/etc/bactrian.properties", "--config", "more", "--routes", "r.d"), true),
                arguments(List.of("--accept-loss"), true),
                arguments(List.of("--config=/etc/bactrian.properties"), false),
                arguments(List.of("--help"), false),
                arguments(List.of("--config"), false),
                arguments(List.of("--config", "@file"), false),
                arguments(List.of("-Dkey"), false),
                arguments(List.of("-Dkey=\"quoted\""), false));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void picocli_reads_what_is_not_plain(List<String> options, boolean plain) {
        assertThat(RunCommand.plain(options).isPresent()).isEqualTo(plain);
    }
}
