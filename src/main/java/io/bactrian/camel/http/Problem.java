package io.bactrian.camel.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * An error answer as RFC 9457 {@code application/problem+json}. It tells the sender what is wrong and whether the same
 * request may succeed later; never a stack trace, a secret or an expected signature.
 *
 * @param kind type, title and status
 * @param detail one sentence about this occurrence
 * @param errors one entry for each offending member; empty when there is nothing to point at
 * @param headers response headers that belong to this answer, such as {@code Allow}; {@code Retry-After} of a
 *     retryable one is set by itself
 */
public record Problem(ProblemKind kind, String detail, List<Fault> errors, Map<String, String> headers) {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * One offending member of a request.
     *
     * @param pointer JSON pointer into the body, or null
     * @param header header name, or null
     * @param rule number of the broken rule in {@code docs/cloudevents.md}, or null
     * @param detail what was wrong and what was expected
     */
    public record Fault(String pointer, String header, String rule, String detail) {}

    public Problem {
        errors = List.copyOf(errors);
        headers = Map.copyOf(headers);
    }

    public Problem(ProblemKind kind, String detail) {
        this(kind, detail, List.of(), Map.of());
    }

    /** @return this problem with one more response header */
    public Problem with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Problem(kind, detail, errors, all);
    }

    /** @return the problem as an exception that a route can throw */
    public ProblemException toException() {
        return new ProblemException(this);
    }

    /** Ends a request with this problem, where no route runs. */
    void answer(RoutingContext ctx) {
        answer(ctx.response());
    }

    /** The same before the router has seen it. */
    void answer(HttpServerResponse response) {
        response.setStatusCode(kind.status()).putHeader("Content-Type", MEDIA_TYPE);
        headers.forEach(response::putHeader);
        response.end(Buffer.buffer(toJson()));
    }

    /** @return the UTF-8 bytes of the JSON document */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", kind.type());
        json.writeStringField("title", kind.title());
        json.writeNumberField("status", kind.status());
        json.writeStringField("detail", detail);
        json.writeBooleanField("retryable", kind.retryable());
        if (!errors.isEmpty()) {
            json.writeArrayFieldStart("errors");
            for (Fault e : errors) {
                json.writeStartObject();
                writeIfPresent(json, "pointer", e.pointer());
                writeIfPresent(json, "header", e.header());
                writeIfPresent(json, "rule", e.rule());
                json.writeStringField("detail", e.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeIfPresent(JsonGenerator json, String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
