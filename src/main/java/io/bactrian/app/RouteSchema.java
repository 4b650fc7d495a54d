package io.bactrian.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;

/** Camel's own JSON schema of its YAML DSL, which says where in a file something is wrong, and finds more than Camel's reader. */
final class RouteSchema {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";
    private static final int MOST = 3;

    /** A value that is nothing but a placeholder: the schema may want a number there. */
    private static final Pattern PLACEHOLDER = Pattern.compile("([\"'])(\\{\\{[^}]+}})\\1");

    private RouteSchema() {}

    /**
     * Checks one file.
     *
     * @param resolver fills in a placeholder
     * @return a line for each of the first things that are wrong, with their place in the file
     */
    static List<String> check(Path file, UnaryOperator<String> resolver) {
        try {
            String text = Files.readString(file);
            if (text.isBlank()) {
                return List.of();
            }
            Set<String> wrong = validate(text);
            if (!wrong.isEmpty()) {
                String filled = PLACEHOLDER
                        .matcher(text)
                        .replaceAll(match -> Matcher.quoteReplacement(resolver.apply(match.group(2))));
                wrong.retainAll(validate(filled));
            }
            return wrong.stream()
                    .limit(MOST)
                    .map(line -> file + ": not valid by Camel's schema: " + line)
                    .toList();
        } catch (IOException | IllegalArgumentException e) {
            return List.of(); // not YAML at all: named when the gateway is built
        }
    }

    private static Set<String> validate(String yaml) throws IOException {
        Set<String> wrong = new TreeSet<>();
        schema().validate(yaml, InputFormat.YAML).forEach(message -> wrong.add(message.getMessage()));
        return wrong;
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream in = RouteSchema.class.getResourceAsStream(SCHEMA)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
        }
    }
}
