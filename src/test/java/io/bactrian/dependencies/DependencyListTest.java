package io.bactrian.dependencies;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The comparison, on jars made up; {@link DependenciesIT} does it on the real ones. */
class DependencyListTest {

    @TempDir
    private Path repository;

    private Path caravan;
    private Path standalone;
    private Dependency listed;

    @BeforeEach
    void shade_a_caravan() throws Exception {
        caravan = jar("org/desert/caravan/1.2/caravan-1.2.jar", "org/desert/Caravan.class", "module-info.class");
        standalone = jar("bactrian.jar", "org/desert/Caravan.class", "io/bactrian/Hump.class");
        listed = new Dependency("org.desert:caravan:1.2", DependencyList.sha256(caravan), "EPL-2.0 OR MIT");
    }

    @Test
    void nothing_differs_when_all_that_is_inside_is_listed() throws Exception {
        // Given
        Path ofTests = jar("org/desert/mirage/1/mirage-1.jar", "org/desert/Mirage.class");
        // When
        List<String> differences = DependencyList.differences(List.of(listed), standalone, List.of(caravan, ofTests));
        // Then
        assertThat(differences).isEmpty();
    }

    @Test
    void names_a_jar_that_is_not_listed() throws Exception {
        // When
        List<String> differences = DependencyList.differences(List.of(), standalone, List.of(caravan));
        // Then
        assertThat(differences).containsExactly("caravan-1.2.jar is in bactrian.jar, but not in dependencies.txt");
    }

    @Test
    void names_a_jar_that_is_not_inside() throws Exception {
        // Given
        Dependency gone = new Dependency("org.desert:oasis:1", "0", "MIT");
        // When
        List<String> differences = DependencyList.differences(List.of(listed, gone), standalone, List.of(caravan));
        // Then
        assertThat(differences).containsExactly("org.desert:oasis:1 is in dependencies.txt, but not in bactrian.jar");
    }

    @Test
    void names_a_jar_that_is_another_one() throws Exception {
        // Given
        Dependency before = new Dependency(listed.coordinates(), "0", "MIT");
        // When
        List<String> differences = DependencyList.differences(List.of(before), standalone, List.of(caravan));
        // Then
        assertThat(differences)
                .containsExactly("org.desert:caravan:1.2 has the SHA-256 " + listed.sha256() + ", listed is 0");
    }

    @Test
    void names_a_jar_with_a_licence_that_is_not_allowed() throws Exception {
        // Given
        Dependency closed = new Dependency(listed.coordinates(), listed.sha256(), "AGPL-3.0-only");
        // When
        List<String> differences = DependencyList.differences(List.of(closed), standalone, List.of(caravan));
        // Then
        assertThat(differences)
                .containsExactly("org.desert:caravan:1.2 has the licence AGPL-3.0-only,"
                        + " which is not among those that Dependency allows");
    }

    @Test
    void names_a_class_that_came_from_elsewhere() throws Exception {
        // Given
        Path infected = jar("infected/bactrian.jar", "org/desert/Caravan.class", "org/desert/Robber.class");
        // When
        List<String> differences = DependencyList.differences(List.of(listed), infected, List.of(caravan));
        // Then
        assertThat(differences).containsExactly("org/desert/Robber.class in bactrian.jar is from none of the jars");
    }

    @Test
    void names_a_class_that_two_jars_have_each_in_its_own_way() throws Exception {
        // Given
        Path trade = jar("org/desert/trade/1/trade-1.jar", "org/desert/Trade.class", "org/desert/Caravan.class=other");
        Path both = jar("both/bactrian.jar", "org/desert/Trade.class", "org/desert/Caravan.class");
        Dependency second = new Dependency("org.desert:trade:1", DependencyList.sha256(trade), "MIT");
        // When
        List<String> differences = DependencyList.differences(List.of(listed, second), both, List.of(caravan, trade));
        // Then
        assertThat(differences)
                .containsExactly("org/desert/Caravan.class of trade-1.jar is another one in bactrian.jar");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\0', delimiter = '|', textBlock = """
                    [{"license":{"id":"MIT"}}]                                                   | MIT                        | true
                    [{"license":{"id":"GPL-3.0-only"}},{"license":{"id":"Apache-2.0"}}]          | GPL-3.0-only OR Apache-2.0 | true
                    [{"license":{"id":"GPL-3.0-only"}}]                                          | GPL-3.0-only               | false
                    [{"expression":"MIT AND GPL-3.0-only"}]                                      | MIT AND GPL-3.0-only       | false
                    [{"license":{"name":"Bouncy Castle Licence"}}]                               | MIT                        | true
                    [{"license":{"name":"Mine, all mine"}}]                                      | LicenseRef-Mine-all-mine   | false
                    []                                                                           | NONE                       | false
                    """)
    void reads_a_licence_from_the_bill_of_materials(String licences, String expected, boolean allowed)
            throws Exception {
        // Given
        String component = """
                {"group":"org.desert","name":"caravan","version":"1.2","purl":"pkg:maven/org.desert/caravan@1.2?type=jar",
                "hashes":[{"alg":"MD5","content":"aa"},{"alg":"SHA-256","content":"bb"}],"licenses":%s}
                """.formatted(licences);
        // When
        Dependency dependency = Dependency.of(new ObjectMapper().readTree(component));
        // Then
        assertThat(dependency).hasToString("org.desert:caravan:1.2 bb " + expected);
        assertThat(dependency.allowed()).isEqualTo(allowed);
        assertThat(Dependency.parse(dependency.toString())).isEqualTo(dependency);
    }

    @Test
    void keeps_the_classifier() throws Exception {
        // Given
        String component = """
                {"group":"org.desert","name":"caravan","version":"1.2",
                "purl":"pkg:maven/org.desert/caravan@1.2?classifier=linux&type=jar"}
                """;
        // When
        Dependency dependency = Dependency.of(new ObjectMapper().readTree(component));
        // Then
        assertThat(dependency.coordinates()).isEqualTo("org.desert:caravan:1.2:linux");
        assertThat(dependency.path()).isEqualTo("org/desert/caravan/1.2/caravan-1.2-linux.jar");
    }

    /** @param classes names, with their content behind {@code =} where it is not the name */
    private Path jar(String name, String... classes) throws IOException {
        Path jar = repository.resolve(name);
        Files.createDirectories(jar.getParent());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String each : classes) {
                zip.putNextEntry(new ZipEntry(each.replaceFirst("=.*", "")));
                zip.write(each.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
