package io.bactrian.cloudevents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code docs/cloudevents.md} lists every rule, with the limits of the code. */
class ConformanceTableTest {
    private static final Map<String, Integer> RULES = Map.of("C", 18, "J", 13, "B", 5, "H", 13, "N", 5, "W", 19);

    @Test
    void every_rule_has_one_row() throws Exception {
        String page = page();

        RULES.forEach((letter, count) -> IntStream.rangeClosed(1, count).forEach(number -> {
            assertThat(page).containsOnlyOnce("\n| " + letter + number + " |");
        }));
    }

    @Test
    void the_limits_are_those_of_the_code() throws Exception {
        assertThat(page())
                .contains("attributes of an event | " + Draft.MAX_ATTRIBUTES + " |")
                .contains("attribute name | " + AttributeRules.MAX_NAME + " characters")
                .contains(String.format(Locale.ROOT, "attribute value | %,d characters", AttributeRules.MAX_VALUE))
                .contains("nesting of a JSON document | " + JsonSource.MAX_DEPTH + " |")
                .contains(String.format(Locale.ROOT, "a name in a JSON document | %,d bytes", JsonSource.MAX_NAME))
                .contains("a number in a JSON document | " + JsonSource.MAX_NUMBER + " characters")
                .contains(String.format(
                        Locale.ROOT, "a string in a JSON document | %,d characters", JsonSource.MAX_STRING))
                .contains("violations listed | " + Violations.LIMIT + " |");
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/cloudevents.md"));
    }
}
