package io.bactrian.dependencies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * {@code dependencies.txt}: the jars inside the standalone jar. Compares it with the bill of materials of the build, which
 * has the licences from the metadata of each: {@code mvn -B verify -Psbom -DskipTests}. With {@code update} as its argument
 * it writes the file anew.
 */
final class DependencyList {

    static final Path FILE = Path.of("dependencies.txt");
    /** What to do about a difference. */
    static final String REMEDY =
            "If that is meant, run `mvn -B verify -Psbom -DskipTests -Ddependencies.argument=update`,"
                    + " and look at what it changes in dependencies.txt.";

    private static final Path SBOM = Path.of("target", "bom.json");

    private DependencyList() {}

    public static void main(String[] arguments) throws IOException {
        List<Dependency> built = ofBillOfMaterials();
        if (arguments.length > 0 && arguments[0].equals("update")) {
            write(built);
            return;
        }
        List<Dependency> listed = read();
        List<String> findings = Stream.concat(
                        lacking(built, listed, " is not in " + FILE),
                        lacking(listed, built, " is in " + FILE + ", but not in " + SBOM))
                .toList();
        findings.forEach(System.out::println);
        if (!findings.isEmpty()) {
            System.out.println(REMEDY);
            System.exit(1);
        }
    }

    private static Stream<String> lacking(List<Dependency> these, List<Dependency> those, String what) {
        return these.stream().filter(Predicate.not(Set.copyOf(those)::contains)).map(one -> one + what);
    }

    private static List<Dependency> ofBillOfMaterials() throws IOException {
        return new ObjectMapper()
                .readTree(SBOM.toFile())
                .path("components")
                .valueStream()
                .map(Dependency::of)
                .sorted(Comparator.comparing(Dependency::coordinates))
                .toList();
    }

    private static void write(List<Dependency> dependencies) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# The jars inside bactrian.jar: coordinates, SHA-256, licence; written by DependencyList update");
        dependencies.forEach(dependency -> lines.add(dependency.toString()));
        Files.write(FILE, lines);
    }

    static List<Dependency> read() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(Dependency::parse)
                .toList();
    }

    /**
     * @param standalone the jar that is shipped
     * @param jars those it may be made of, and others
     * @return one line for each jar that is inside without being listed, is listed without being inside, is another than was
     *     listed or has a licence that is not allowed, and for each class that none of them has
     */
    static List<String> differences(Collection<Dependency> listed, Path standalone, Collection<Path> jars)
            throws IOException {
        List<String> findings = new ArrayList<>();
        Map<String, Long> shipped = marks(standalone);
        Set<String> unexplained = new HashSet<>(shipped.keySet());
        Map<String, Dependency> missing =
                listed.stream().collect(Collectors.toMap(Dependency::coordinates, Function.identity()));
        for (Path jar : jars) {
            Map<String, Long> own = marks(jar);
            if (own.entrySet().stream().noneMatch(shipped.entrySet()::contains)) {
                continue;
            }
            own.forEach((name, checksum) -> {
                unexplained.remove(name);
                if (name.endsWith(".class") && !checksum.equals(shipped.get(name))) {
                    findings.add(name + " of " + jar.getFileName() + " is another one in " + standalone.getFileName());
                }
            });
            Optional<Dependency> dependency = listed.stream()
                    .filter(one -> jar.toUri().getPath().endsWith("/" + one.path()))
                    .findAny();
            if (dependency.isEmpty()) {
                findings.add(jar.getFileName() + " is in " + standalone.getFileName() + ", but not in " + FILE);
                continue;
            }
            missing.remove(dependency.get().coordinates());
            String sha256 = sha256(jar);
            if (!sha256.equals(dependency.get().sha256())) {
                findings.add(dependency.get().coordinates() + " has the SHA-256 " + sha256 + ", listed is "
                        + dependency.get().sha256());
            }
        }
        missing.keySet()
                .forEach(one -> findings.add(one + " is in " + FILE + ", but not in " + standalone.getFileName()));
        unexplained.stream()
                .filter(name -> !name.startsWith("io/bactrian/") && !name.startsWith("META-INF/maven/io.bactrian/"))
                .forEach(name -> findings.add(name + " in " + standalone.getFileName() + " is from none of the jars"));
        listed.stream()
                .filter(Predicate.not(Dependency::allowed))
                .forEach(one -> findings.add(one.coordinates() + " has the licence " + one.licence()
                        + ", which is not among those that Dependency allows"));
        return findings;
    }

    /** @return what a jar leaves in one that it is shaded into, with checksums: classes, and what Maven writes beside them */
    private static Map<String, Long> marks(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream()
                    .filter(entry ->
                            entry.getName().matches("(?!.*module-info).*\\.class|META-INF/maven/.*/pom.properties"))
                    .collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc, (one, other) -> one));
        }
    }

    static String sha256(Path jar) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
