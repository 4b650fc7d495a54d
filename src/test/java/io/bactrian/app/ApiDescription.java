package io.bactrian.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** The shipped OpenAPI description, and whether an answer is one that it describes. */
final class ApiDescription {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ApiDescription SHIPPED = read();

    private final JsonNode root;

    private ApiDescription(JsonNode root) {
        this.root = root;
    }

    static ApiDescription shipped() {
        return SHIPPED;
    }

    private static ApiDescription read() {
        try (InputStream in = ApiDescription.class.getResourceAsStream("/bactrian/openapi.yaml")) {
            Object yaml = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
            return new ApiDescription(JSON.valueToTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** Whether a described path belongs to the management port, which has a server of its own in the description. */
    boolean isManagement(String template) {
        return root.get("paths").get(template).has("servers");
    }

    /** One operation, as {@code GET /events/{id}}. */
    List<String> operations() {
        List<String> operations = new ArrayList<>();
        root.get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(member -> {
                    if (Set.of("get", "head", "post", "put", "delete", "options")
                            .contains(member)) {
                        operations.add(member.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /**
     * Fails when the path is described and this answer is not one of those that may come.
     *
     * @param management whether the management port answered
     */
    void check(HttpResponse<?> answer, boolean management) {
        String path = answer.request().uri().getPath();
        Optional<Map.Entry<String, JsonNode>> item = item(path);
        if (item.isEmpty() || item.get().getValue().has("servers") != management) {
            return;
        }
        String method = answer.request().method().toLowerCase(Locale.ROOT);
        String what = answer.request().method() + " " + item.get().getKey() + " -> " + answer.statusCode();
        JsonNode operation = item.get().getValue().get(method);
        if (operation == null) {
            assertThat(answer.statusCode()).as("%s is not described", what).isIn(404, 405, 410, 503);
            return;
        }
        JsonNode responses = operation.get("responses");
        JsonNode response = responses.get(String.valueOf(answer.statusCode()));
        if (response == null) {
            response = responses.get(answer.statusCode() / 100 + "XX");
        }
        assertThat(response).as("%s is not described", what).isNotNull();
        response = resolved(response);
        checkHeaders(what, response, answer);
        checkContent(what, response, answer);
    }

    private Optional<Map.Entry<String, JsonNode>> item(String path) {
        Iterator<Map.Entry<String, JsonNode>> items =
                root.get("paths").properties().iterator();
        while (items.hasNext()) {
            Map.Entry<String, JsonNode> item = items.next();
            String pattern = java.util.Arrays.stream(item.getKey().split("/", -1))
                    .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                    .collect(Collectors.joining("/"));
            if (path.matches(pattern)) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void checkHeaders(String what, JsonNode response, HttpResponse<?> answer) {
        response.path("headers").properties().forEach(header -> {
            JsonNode described = resolved(header.getValue());
            Optional<String> value = answer.headers().firstValue(header.getKey());
            if (described.path("required").asBoolean()) {
                assertThat(value).as("%s: header %s", what, header.getKey()).isPresent();
            }
            if (value.isPresent() && described.at("/schema/type").asText().equals("integer")) {
                assertThat(value.get())
                        .as("%s: header %s", what, header.getKey())
                        .matches("\\d+");
            }
        });
    }

    private void checkContent(String what, JsonNode response, HttpResponse<?> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        String body = answer.body() instanceof String text ? text : "";
        if (body.isEmpty() || !response.has("content")) {
            return;
        }
        JsonNode content = response.get("content").get(type);
        if (content == null) {
            content = response.get("content").get("*/*");
        }
        assertThat(content)
                .as("%s: content of type %s is not described", what, type)
                .isNotNull();
        if (type.endsWith("json") && content.has("schema")) {
            assertThat(violations(content.get("schema"), body))
                    .as("%s: %s", what, body)
                    .isEmpty();
        }
    }

    private Set<ValidationMessage> violations(JsonNode schema, String body) {
        ObjectNode document = schema.deepCopy();
        document.set("components", root.get("components"));
        JsonSchema compiled =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(document);
        try {
            return compiled.validate(JSON.readTree(body));
        } catch (IOException e) {
            throw new UncheckedIOException(body, e);
        }
    }
}
