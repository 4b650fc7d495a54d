package io.bactrian.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.bactrian.camel.http.ProblemKind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The OpenAPI description in itself; that the gateway answers as it says is checked by every request of TestGateway. */
class OpenApiTest {

    private final JsonNode root = ApiDescription.shipped().root();

    @Test
    void it_is_openapi_3_1_and_every_reference_leads_somewhere() {
        assertThat(root.get("openapi").asText()).startsWith("3.1.");
        List<String> lost = new ArrayList<>();
        root.findValuesAsText("$ref").forEach(reference -> {
            if (root.at(reference.substring(1)).isMissingNode()) {
                lost.add(reference);
            }
        });
        assertThat(lost).isEmpty();
    }

    @Test
    void every_operation_has_an_id_of_its_own_and_every_path_parameter_is_described() {
        List<String> ids = root.get("paths").findValuesAsText("operationId");
        assertThat(ids).hasSize(ApiDescription.shipped().operations().size()).doesNotHaveDuplicates();
        root.get("paths").properties().forEach(path -> {
            if (path.getKey().contains("{")) {
                String name = path.getKey().replaceAll(".*\\{(.*)}.*", "$1");
                assertThat(path.getValue().findValuesAsText("name"))
                        .as(path.getKey())
                        .contains(name);
            }
        });
    }

    @Test
    void every_problem_of_intake_has_its_status_described() {
        Set<Integer> described = new TreeSet<>();
        for (String path : List.of("/events", "/events/{id}", "/hooks/{name}")) {
            root.at("/paths/" + path.replace("/", "~1")).forEach(operation -> operation
                    .path("responses")
                    .fieldNames()
                    .forEachRemaining(status -> {
                        if (!status.endsWith("XX")) {
                            described.add(Integer.valueOf(status));
                        }
                    }));
        }
        for (ProblemKind kind : ProblemKind.values()) {
            assertThat(described).as(kind.toString()).contains(kind.status());
        }
    }
}
