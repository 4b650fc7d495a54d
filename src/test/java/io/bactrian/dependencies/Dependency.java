package io.bactrian.dependencies;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A jar inside the standalone jar.
 *
 * @param coordinates {@code group:artifact:version}, and {@code :classifier} if it has one
 * @param sha256 of the jar, in hexadecimal
 * @param licence SPDX expression: one identifier, or those to choose from with {@code OR} between them
 */
record Dependency(String coordinates, String sha256, String licence) {

    private static final Set<String> ALLOWED =
            Set.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-1.0", "MIT");

    static Dependency parse(String line) {
        String[] columns = line.split(" ", 3);
        if (columns.length < 3 || columns[0].split(":", -1).length < 3) {
            throw new IllegalArgumentException("not \"group:artifact:version sha256 licence\": " + line);
        }
        return new Dependency(columns[0], columns[1], columns[2]);
    }

    /** A component of a CycloneDX document. */
    static Dependency of(JsonNode component) {
        String coordinates = String.join(
                ":",
                component.path("group").asText(),
                component.path("name").asText(),
                component.path("version").asText());
        String[] classifier = component.path("purl").asText().split("[?&]classifier=", 2);
        String sha256 = component
                .path("hashes")
                .valueStream()
                .filter(hash -> hash.path("alg").asText().equals("SHA-256"))
                .map(hash -> hash.path("content").asText())
                .findAny()
                .orElse("unknown");
        List<String> licences = component
                .path("licenses")
                .valueStream()
                .map(Dependency::licence)
                .toList();
        return new Dependency(
                classifier.length == 1 ? coordinates : coordinates + ":" + classifier[1].replaceFirst("&.*", ""),
                sha256,
                licences.isEmpty() ? "NONE" : String.join(" OR ", licences));
    }

    /** What is no identifier of SPDX gets the one whose text it is, or else a name that is not allowed. */
    private static String licence(JsonNode choice) {
        if (choice.has("expression")) {
            return choice.path("expression").asText();
        }
        JsonNode licence = choice.path("license");
        String name = licence.path("name").asText();
        return switch (name) {
            case "" -> licence.path("id").asText();
            case "Bouncy Castle Licence" -> "MIT";
            case "GNU Lesser General Public License" -> "LGPL-2.1-only";
            default -> "LicenseRef-" + name.replaceAll("[^A-Za-z0-9.]+", "-");
        };
    }

    boolean allowed() {
        return Arrays.stream(licence.split(" OR ", -1)).anyMatch(ALLOWED::contains);
    }

    /** @return the place of the jar in a local repository of Maven */
    String path() {
        List<String> parts = List.of(coordinates.split(":", -1));
        return String.join("/", parts.get(0).replace('.', '/'), parts.get(1), parts.get(2)) + "/"
                + String.join("-", parts.subList(1, parts.size())) + ".jar";
    }

    @Override
    public String toString() {
        return coordinates + " " + sha256 + " " + licence;
    }
}
