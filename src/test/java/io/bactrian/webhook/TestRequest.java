package io.bactrian.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A request as a test writes it. */
final class TestRequest implements WebhookRequest {

    private final List<Map.Entry<String, String>> headers = new ArrayList<>();
    private final Map<String, String> pathParameters = new HashMap<>();
    private final byte[] body;
    private String query;
    private String url = "http://localhost/hooks/test";

    TestRequest(String body) {
        this(body.getBytes(UTF_8));
    }

    TestRequest(byte[] body) {
        this.body = body.clone();
    }

    TestRequest header(String name, String value) {
        headers.add(Map.entry(name, value));
        return this;
    }

    TestRequest query(String raw) {
        query = raw;
        return this;
    }

    TestRequest url(String whole) {
        url = whole;
        query = whole.contains("?") ? whole.substring(whole.indexOf('?') + 1) : null;
        return this;
    }

    TestRequest pathParameter(String name, String value) {
        pathParameters.put(name, value);
        return this;
    }

    /** The same request with another body. */
    TestRequest withBody(byte[] other) {
        TestRequest copy = new TestRequest(other);
        copy.headers.addAll(headers);
        copy.query = query;
        copy.url = url;
        return copy;
    }

    /** The same request without this header. */
    TestRequest without(String name) {
        TestRequest copy = withBody(body);
        copy.headers.removeIf(h -> h.getKey().equalsIgnoreCase(name));
        return copy;
    }

    /** The same request with one header instead of all of its name. */
    TestRequest with(String name, String value) {
        return without(name).header(name, value);
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/hooks/test";
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public String pathParameter(String name) {
        return pathParameters.get(name);
    }

    @Override
    public List<String> headers(String name) {
        return headers.stream()
                .filter(h -> h.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public Iterable<Map.Entry<String, String>> allHeaders() {
        return headers;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public Instant receivedAt() {
        return Instant.parse("2026-01-02T03:04:05.678Z");
    }
}
