package io.bactrian.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.RejectedRequest;
import io.bactrian.camel.http.RejectedRequests;

/** {@code GET /api/rejected}: the latest requests that were answered 4xx, newest first, without a credential in them. */
final class RejectedApi {

    private final RejectedRequests rejected;

    RejectedApi(RejectedRequests rejected) {
        this.rejected = rejected;
    }

    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        Map<String, String> parameters = QueryParameters.parse(request.rawQuery(), List.of("webhook", "limit"));
        List<RejectedRequest> newest = rejected.newest(
                parameters.getOrDefault("webhook", ""), QueryParameters.limit(parameters.getOrDefault("limit", "")));
        return CompletableFuture.completedFuture(AdminAnswer.json(200, json -> {
            json.writeArrayFieldStart("items");
            for (RejectedRequest one : newest) {
                write(json, one);
            }
            json.writeEndArray();
        }));
    }

    private static void write(JsonGenerator json, RejectedRequest one) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", Json.time(one.at()));
        json.writeStringField("webhook", one.webhook());
        json.writeStringField("reason", one.reason());
        json.writeNumberField("status", one.status());
        json.writeStringField("detail", one.detail());
        json.writeStringField("method", one.method());
        json.writeStringField("path", one.path());
        json.writeStringField("remote", one.remote());
        json.writeArrayFieldStart("headers");
        for (Map.Entry<String, String> header : one.headers()) {
            json.writeStartObject();
            json.writeStringField("name", header.getKey());
            json.writeStringField("value", header.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
