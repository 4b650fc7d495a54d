package io.bactrian.camel.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javax.security.auth.x500.X500Principal;

import io.vertx.core.http.HttpServerRequest;

/**
 * The HTTP request of an exchange, as it came: for verification and mapping, which must see the raw bytes and every
 * header. Kept as the exchange property {@value #PROPERTY}; for one thread at a time, as its exchange is.
 */
public final class IntakeRequest {

    /** Exchange property that holds the request. */
    public static final String PROPERTY = "BactrianRequest";

    private final HttpServerRequest request;
    private final Map<String, String> pathParameters;
    private final String principal;
    private final X500Principal client;
    private final byte[] body;
    private final Instant receivedAt;
    private final long startedAt;
    private final Executor eventLoop;
    private final ContentCoding coding;
    private byte[] content;

    IntakeRequest(
            HttpServerRequest request,
            Map<String, String> pathParameters,
            String principal,
            X500Principal client,
            byte[] body,
            Instant receivedAt,
            long startedAt,
            Executor eventLoop,
            ContentCoding coding) {
        this.request = request;
        this.pathParameters = Map.copyOf(pathParameters);
        this.principal = principal;
        this.client = client;
        this.body = body;
        this.receivedAt = receivedAt;
        this.startedAt = startedAt;
        this.eventLoop = eventLoop;
        this.coding = coding;
    }

    public String method() {
        return request.method().name();
    }

    /** @return the path as sent, still encoded */
    public String path() {
        return request.path();
    }

    /** @return the query without its question mark, still encoded, or null */
    public String rawQuery() {
        return request.query();
    }

    /** @return scheme, host and request target as this server sees them */
    public String url() {
        return request.absoluteURI();
    }

    /** @return the only value of a header, the first of several, or null */
    public String header(String name) {
        return request.headers().get(name);
    }

    /** @return all values of a header, in order; empty when it is missing */
    public List<String> headers(String name) {
        // asked for most often is what is not there, and that is known at once
        return request.headers().contains(name) ? request.headers().getAll(name) : List.of();
    }

    /** @return all headers with their names as sent */
    public List<Map.Entry<String, String>> allHeaders() {
        return new ArrayList<>(request.headers().entries());
    }

    /** Shows every header line once, with its name as sent; nothing is copied. */
    public void eachHeader(BiConsumer<String, String> line) {
        request.headers().forEach(line);
    }

    /** @return such as {@code id} of {@code /events/{id}}, or null */
    public String pathParameter(String name) {
        return pathParameters.get(name);
    }

    /** @return who asks, on the management port: the name of the token shown, if any, and the remote address */
    public String caller() {
        String address = String.valueOf(request.remoteAddress());
        return principal == null ? address : principal + "@" + address;
    }

    /** @return subject of the verified certificate that the client has shown, or null */
    public X500Principal client() {
        return client;
    }

    /** @return the raw bytes as received; not a copy, so not to be written to */
    public byte[] body() {
        return body;
    }

    /**
     * What the body holds once its {@code Content-Encoding} is undone; a signature covers {@link #body} instead.
     *
     * @return not to be written to
     * @throws ProblemException for an encoding that is not understood, beyond a limit, or for damaged bytes
     */
    public byte[] content() throws ProblemException {
        if (content == null) {
            content = coding.decode(headers("Content-Encoding"), body);
        }
        return content;
    }

    public Instant receivedAt() {
        return receivedAt;
    }

    /** @return how long ago its head had come, which is when the request timeout began */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** @return runs a task on the event loop of this request; an answer made there needs no further hop */
    public Executor eventLoop() {
        return eventLoop;
    }
}
