package io.bactrian.app;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.camel.http.ProblemKind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages say what is there. */
class DocumentationTest {

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> examples = Files.walk(Path.of("examples"))) {
            List<Path> pages = new ArrayList<>(Stream.concat(docs, examples)
                    .filter(f -> f.toString().endsWith(".md"))
                    .sorted()
                    .toList());
            pages.addAll(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("CHANGELOG.md")));
            return pages;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void every_link_leads_to_a_file() throws IOException {
        for (Path page : pages()) {
            for (String link : found("]\\(([^)#:]+)[)#]", read(page))) {
                Path base = page.toAbsolutePath().getParent();
                assertThat(base.resolve(link).normalize())
                        .as("%s in %s", link, page)
                        .exists();
            }
        }
    }

    @Test
    void every_key_that_a_page_names_exists() throws IOException {
        Set<String> keys = KnownKeys.shipped().all();
        for (Path page : pages()) {
            for (String key : found("`(bactrian\\.[a-z0-9.-]+)[`=]", read(page))) {
                assertThat(keys).as("%s in %s", key, page).contains(key);
            }
        }
    }

    @Test
    void every_test_that_a_page_names_exists() throws Exception {
        // Given
        Map<String, Class<?>> classes = testClasses();
        Map<Path, Set<String>> named = new TreeMap<>();
        for (Path page : pages()) {
            named.put(page, found("\\b([A-Z]\\w*[a-z0-9](?:Test|IT)\\b(?:\\.\\w+)?)", read(page)));
        }

        // Then
        assertThat(named.get(Path.of("docs", "cloudevents.md"))).hasSizeGreaterThan(40);
        named.forEach((page, tests) -> assertThat(tests).as(page.toString()).allSatisfy(test -> {
            String[] classAndMethod = test.split("\\.", 2);
            assertThat(classes).containsKey(classAndMethod[0]);
            if (classAndMethod.length > 1) {
                assertThat(methods(classes.get(classAndMethod[0]))).contains(classAndMethod[1]);
            }
        }));
    }

    /** By their names without packages. */
    private static Map<String, Class<?>> testClasses() throws IOException, ClassNotFoundException {
        Path sources = Path.of("src", "test", "java");
        Map<String, Class<?>> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(f -> f.toString().matches(".*(Test|IT)\\.java"))
                    .toList()) {
                String name = sources.relativize(file)
                        .toString()
                        .replace(File.separatorChar, '.')
                        .replaceFirst("\\.java$", "");
                Class<?> test = Class.forName(name, false, DocumentationTest.class.getClassLoader());
                classes.put(test.getSimpleName(), test);
            }
        }
        return classes;
    }

    /** Inherited ones too: a class for each nats-server shares its tests. */
    private static Set<String> methods(Class<?> test) {
        Set<String> names = new TreeSet<>();
        for (Class<?> type = test; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                names.add(method.getName());
            }
        }
        return names;
    }

    @Test
    void every_answer_code_has_a_test_of_its_name() throws IOException {
        // Given
        String tests;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            tests = files.filter(f -> f.toString().endsWith("IT.java"))
                    .map(DocumentationTest::read)
                    .collect(Collectors.joining());
        }

        // When
        Set<String> documented = found("(?m)^\\| (\\d{3}) \\|", read(Path.of("docs", "answers.md")));

        // Then
        assertThat(documented).contains("200", "201", "202", "204", "400", "401", "404", "405", "500", "502", "503");
        assertThat(found("void answer_(\\d{3})_", tests)).containsAll(documented);
    }

    @Test
    void every_kind_of_problem_that_is_named_exists() {
        Set<String> slugs =
                Stream.of(ProblemKind.values()).map(ProblemKind::slug).collect(Collectors.toSet());
        String errors = read(Path.of("docs", "answers.md")).replaceFirst("(?s).*## Errors", "");
        assertThat(slugs).containsAll(found("`([a-z]+-[a-z-]+)`", errors));
    }

    @Test
    void the_commands_of_the_readme_are_those_that_ci_runs() {
        // Given
        List<String> commands = found("```sh\n([^`]+)```", read(Path.of("README.md"))).stream()
                .map(String::strip)
                .toList();

        // Then
        assertThat(commands)
                .anyMatch(c ->
                        c.startsWith("apt-get update && apt-get install -y openjdk-17-jdk-headless maven nats-server")
                                && c.endsWith("&& ./bactrian dev"))
                .anyMatch(c -> c.endsWith("&& mvn -B verify"));
        assertThat(read(Path.of(".ci", "run"))).contains("mvn -B verify -Pfaults");
    }

    @Test
    void the_commands_of_the_reference_are_those_of_the_command_line() {
        // Given
        Set<String> documented = ReferencePage.table("## Commands").stream()
                .map(row -> ReferencePage.names(row.get(0)).get(0))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(documented)
                .isEqualTo(Bactrian.commandLine().getSubcommands().keySet().stream()
                        .map(name -> "bactrian " + name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void the_endpoints_of_the_reference_are_those_of_the_openapi_description() {
        // Given
        Set<String> documented = new TreeSet<>();
        for (String heading : List.of("### Public port", "### Management port")) {
            ReferencePage.table(heading)
                    .forEach(row -> documented.add(
                            ReferencePage.names(row.get(0)).get(0).replaceFirst("\\?.*", "")));
        }

        // When
        Set<String> described = new TreeSet<>();
        String path = "";
        for (String line : read(Path.of("src", "main", "resources", "bactrian", "openapi.yaml"))
                .lines()
                .toList()) {
            if (line.matches("  /.*:")) {
                path = line.strip().replaceFirst(":$", "");
            } else if (line.matches("    (get|post|put|delete):")) {
                described.add(line.strip().replace(":", "").toUpperCase(Locale.ROOT) + " " + path);
            }
        }

        // Then
        assertThat(documented)
                .filteredOn(request -> !request.startsWith("OPTIONS "))
                .containsExactlyElementsOf(described);
    }

    @Test
    void the_problems_of_the_reference_are_those_of_the_code() {
        // Given
        List<String> expected = new ArrayList<>();
        for (ProblemKind kind : ProblemKind.values()) {
            expected.add(
                    "| " + kind.status() + " | `" + kind.slug() + "` | " + (kind.retryable() ? "yes" : "no") + " |");
        }

        // Then
        assertThat(rows("## Answers")).containsExactlyElementsOf(expected);
    }

    @Test
    void the_keys_and_defaults_of_the_reference_are_those_of_the_shipped_file() {
        // Given
        KnownKeys known = KnownKeys.shipped();
        Set<String> expected = new TreeSet<>();
        for (String key : known.all()) {
            String value = known.defaults().get(key);
            expected.add("| `" + key + "` | " + (value == null ? "none" : "`" + value + "`") + " |");
        }

        // Then
        assertThat(new TreeSet<>(rows("## Keys"))).isEqualTo(expected);
    }

    private static List<String> rows(String heading) {
        return ReferencePage.table(heading).stream()
                .map(cells -> Stream.of(cells).flatMap(List::stream).collect(Collectors.joining(" | ", "| ", " |")))
                .toList();
    }
}
