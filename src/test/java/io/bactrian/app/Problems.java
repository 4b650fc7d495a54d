package io.bactrian.app;

import java.net.http.HttpResponse;

import com.fasterxml.jackson.databind.JsonNode;

import static io.bactrian.app.TestGateway.json;
import static org.assertj.core.api.Assertions.assertThat;

/** What every problem document must have. */
final class Problems {

    private Problems() {}

    static JsonNode assertProblem(HttpResponse<String> response, int status, String slug) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = json(response);
        assertProblem(problem, status, slug);
        return problem;
    }

    static void assertProblem(JsonNode problem, int status, String slug) {
        assertThat(problem.get("type").asText()).isEqualTo("urn:bactrian:problem:" + slug);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
        assertThat(problem.get("retryable").isBoolean()).isTrue();
    }
}
