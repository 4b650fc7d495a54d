package io.bactrian.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A request as a test writes it. */
final class TestRequest implements WebhookRequest {

    private final List<Map.Entry<String, String>> headers = new ArrayList<>();
    private final byte[] body;
    private String query;

    TestRequest(String body) {
        this.body = body.getBytes(UTF_8);
    }

    TestRequest header(String name, String value) {
        headers.add(Map.entry(name, value));
        return this;
    }

    TestRequest query(String raw) {
        query = raw;
        return this;
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
        return "http://localhost/hooks/test";
    }

    @Override
    public Instant receivedAt() {
        return Instant.parse("2026-01-02T03:04:05.678Z");
    }
}
