package io.bactrian.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.RejectedRequest;
import io.bactrian.camel.http.RejectedRequests;
import io.bactrian.camel.webhook.FilteredEvent;
import io.bactrian.camel.webhook.LatestFiltered;

/** The latest of what did not get in, of one webhook or of all, newest first. */
final class LatestApi<T> {

    private interface Writer<T> {
        void write(JsonGenerator json, T one) throws IOException;
    }

    private final BiFunction<String, Integer, List<T>> newest;
    private final Writer<T> writer;

    private LatestApi(BiFunction<String, Integer, List<T>> newest, Writer<T> writer) {
        this.newest = newest;
        this.writer = writer;
    }

    /** {@code GET /api/rejected}: requests that were answered 4xx, without a credential in them. */
    static LatestApi<RejectedRequest> of(RejectedRequests rejected) {
        return new LatestApi<>(rejected::newest, LatestApi::writeRejected);
    }

    /** {@code GET /api/filtered}: events that a webhook's filter dropped. */
    static LatestApi<FilteredEvent> of(LatestFiltered filtered) {
        return new LatestApi<>(filtered::newest, LatestApi::writeFiltered);
    }

    CompletableFuture<AdminAnswer> list(IntakeRequest request) {
        Map<String, String> parameters = QueryParameters.parse(request.rawQuery(), List.of("webhook", "limit"));
        List<T> found = newest.apply(
                parameters.getOrDefault("webhook", ""), QueryParameters.limit(parameters.getOrDefault("limit", "")));
        return CompletableFuture.completedFuture(AdminAnswer.json(200, json -> {
            json.writeArrayFieldStart("items");
            for (T one : found) {
                json.writeStartObject();
                writer.write(json, one);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNullField("next"); // as every list: what is kept is one page
        }));
    }

    private static void writeRejected(JsonGenerator json, RejectedRequest one) throws IOException {
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
    }

    private static void writeFiltered(JsonGenerator json, FilteredEvent one) throws IOException {
        json.writeStringField("at", Json.time(one.at()));
        json.writeStringField("webhook", one.webhook());
        json.writeStringField("by", one.by());
        json.writeStringField("source", one.source());
        json.writeStringField("eventId", one.eventId());
        json.writeStringField("type", one.type());
        json.writeStringField("subject", one.subject());
    }
}
