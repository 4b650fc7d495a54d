package io.bactrian.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.webhook.FilteredEvent;
import io.bactrian.camel.webhook.LatestFiltered;

/** {@code GET /api/filtered}: the latest events that a webhook's filter dropped, newest first. */
final class FilteredApi {

    private final LatestFiltered latest;

    FilteredApi(LatestFiltered latest) {
        this.latest = latest;
    }

    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        Map<String, String> parameters = QueryParameters.parse(request.rawQuery(), List.of("webhook", "limit"));
        List<FilteredEvent> newest = latest.newest(
                parameters.getOrDefault("webhook", ""), QueryParameters.limit(parameters.getOrDefault("limit", "")));
        return CompletableFuture.completedFuture(AdminAnswer.json(200, json -> {
            json.writeArrayFieldStart("items");
            for (FilteredEvent one : newest) {
                write(json, one);
            }
            json.writeEndArray();
        }));
    }

    private static void write(JsonGenerator json, FilteredEvent one) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", Json.time(one.at()));
        json.writeStringField("webhook", one.webhook());
        json.writeStringField("by", one.by());
        json.writeStringField("source", one.source());
        json.writeStringField("eventId", one.eventId());
        json.writeStringField("type", one.type());
        json.writeStringField("subject", one.subject());
        json.writeEndObject();
    }
}
