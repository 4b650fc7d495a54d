package io.bactrian.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.bactrian.camel.webhook.ReservedNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** The shipped routes: valid by Camel's own schema, every step with an id, every route with an error handler. */
class RoutesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Nodes of the YAML DSL that are a step and so need an id. */
    private static final Set<String> STEPS =
            Set.of("to", "process", "choice", "idempotentConsumer", "split", "setHeader", "setBody", "bean", "filter");

    static List<Path> routes() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.sorted().toList();
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        // the schema wants a number where Camel takes a placeholder too
        String text = Pattern.compile("\"\\{\\{(bactrian[^}]+)}}\"")
                .matcher(Files.readString(file))
                .replaceAll(m ->
                        KnownKeys.shipped().defaults().getOrDefault(m.group(1), Matcher.quoteReplacement(m.group())));
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_route_file_is_valid_by_the_schema_of_camel(Path file) throws IOException {
        // Given
        JsonSchema schema;
        try (InputStream in = RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
        }

        // Then
        assertThat(schema.validate(yaml(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void every_step_has_an_id(Path file) throws IOException {
        List<String> without = new ArrayList<>();
        collect(yaml(file), "", without);
        assertThat(without).isEmpty();
    }

    private static void collect(JsonNode node, String path, List<String> without) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), path + "/" + i, without);
            }
        }
        node.properties().forEach(field -> {
            String here = path + "/" + field.getKey();
            if (STEPS.contains(field.getKey())
                    && field.getValue().isObject()
                    && !field.getValue().has("id")) {
                without.add(here);
            }
            collect(field.getValue(), here, without);
        });
    }

    @ParameterizedTest
    @MethodSource("routes")
    void every_route_says_what_happens_to_an_error(Path file) throws IOException {
        for (JsonNode item : yaml(file)) {
            assertThat(item.has("errorHandler"))
                    .as("a top-level errorHandler leaks into files loaded later")
                    .isFalse();
            assertThat(item.has("routeConfiguration")).isFalse();
            // the gateway reads the files once, when it is too late for beans
            assertThat(item.has("beans")).isFalse();
            JsonNode route =
                    item.has("routeTemplate") ? item.get("routeTemplate").get("route") : item.get("route");
            if (route != null) {
                assertThat(route.has("errorHandler")).as(route.toString()).isTrue();
            }
        }
    }

    @Test
    void the_id_of_every_shipped_route_is_reserved() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Path file : routes()) {
            yaml(file).forEach(item -> ids.add(item.at("/route/id").asText()));
        }
        ids.removeIf(String::isEmpty);
        assertThat(ReservedNames.SHIPPED_ROUTES).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void the_gateway_runs_every_shipped_file() throws IOException {
        assertThat(ShippedRoutes.FILES.stream().map(r -> r.substring(r.lastIndexOf('/') + 1)))
                .containsExactlyInAnyOrderElementsOf(
                        routes().stream().map(f -> f.getFileName().toString()).toList());
    }
}
