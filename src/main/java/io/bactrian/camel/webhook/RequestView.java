package io.bactrian.camel.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.webhook.WebhookRequest;

/** The request of an exchange as the webhook room sees it. */
@SuppressWarnings("ArrayRecordComponent") // a view for the time of one step, never compared
record RequestView(IntakeRequest request, byte[] body) implements WebhookRequest {

    /** The bytes as received, which signatures cover. */
    RequestView(IntakeRequest request) {
        this(request, request.body());
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public String rawQuery() {
        return request.rawQuery();
    }

    @Override
    public String pathParameter(String name) {
        return request.pathParameter(name);
    }

    @Override
    public List<String> headers(String name) {
        return request.headers(name);
    }

    @Override
    public Iterable<Map.Entry<String, String>> allHeaders() {
        return request.allHeaders();
    }

    @Override
    public String url() {
        return request.url();
    }

    @Override
    public Instant receivedAt() {
        return request.receivedAt();
    }
}
