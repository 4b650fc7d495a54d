package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The shipped application.properties is the reference of all keys, and says what the code does. */
class ConfigurationReferenceTest {

    private static final Path SHIPPED = Path.of("src", "main", "resources", "bactrian", "application.properties");
    private static final Pattern READ_IN_CODE = Pattern.compile(
            "(?:config|values)\\.(?:text|word|flag|bytes|duration|integer|list|find|parse)\\(\\s*\"(bactrian\\.[a-z0-9.-]+)\""
                    + "|(?:file\\(config,|settings\\.get\\()\\s*\"(bactrian\\.[a-z0-9.-]+)\"");
    private static final Pattern READ_IN_ROUTES = Pattern.compile("\\{\\{\\??(bactrian\\.[a-z0-9.-]+)");

    private static String all(String folder, String ending) {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .map(ConfigurationReferenceTest::read)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> keys = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            keys.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return keys;
    }

    @Test
    void every_key_of_the_file_is_read_and_every_key_that_is_read_is_in_the_file() {
        // When
        Set<String> read = found(READ_IN_CODE, all("src/main/java", ".java"));
        read.addAll(found(READ_IN_ROUTES, all("routes", ".yaml")));

        // Then
        assertThat(read)
                .isEqualTo(KnownKeys.shipped().all().stream()
                        .filter(KnownKeys::isOurs)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** A user changes the one in config/, and must not change what the jar carries. */
    @Test
    void the_reference_in_config_is_a_copy_of_what_the_jar_carries() {
        assertThat(read(Path.of("config", "application.properties")))
                .as("config/application.properties, the shipped reference, is not " + SHIPPED)
                .isEqualTo(read(SHIPPED));
    }

    @Test
    void every_key_has_a_line_of_why_above_it() {
        // Given
        List<String> lines = read(SHIPPED).lines().toList();

        // Then
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).matches("#?(bactrian|camel)\\.[a-z0-9.-]+=.*")) {
                String above = lines.get(i - 1);
                assertThat(above.startsWith("# ") || above.matches("#?(bactrian|camel)\\.[a-z0-9.-]+=.*"))
                        .as("line %d: %s", i + 1, lines.get(i))
                        .isTrue();
            }
        }
    }
}
