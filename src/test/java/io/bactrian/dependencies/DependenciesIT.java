package io.bactrian.dependencies;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The standalone jar is made of what {@code dependencies.txt} says, and of our own classes. */
class DependenciesIT {

    @Test
    void dependencies_txt_is_what_is_inside_the_standalone_jar() throws Exception {
        // Given
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(path -> path.endsWith(".jar"))
                .map(Path::of)
                .toList();
        // When
        List<String> differences =
                DependencyList.differences(DependencyList.read(), Path.of("target", "bactrian.jar"), jars);
        // Then
        assertThat(differences).as(DependencyList.REMEDY).isEmpty();
    }
}
