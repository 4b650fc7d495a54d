package io.bactrian.camel.http;

import java.util.Map;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes the answer to one request, once: what a route left on its message, or a problem. On the event loop. */
final class HttpAnswer {

    private static final byte[] EMPTY = {};
    private static final String QUERY_TOKEN = "access_token=";

    private final AsyncHttpConsumer consumer;
    private final RoutingContext ctx;
    private final HttpServerResponse response;
    private final long startedAt;
    private boolean begun;

    /** @param startedAt when the head of the request had come, as {@link System#nanoTime()} */
    HttpAnswer(AsyncHttpConsumer consumer, RoutingContext ctx, long startedAt) {
        this.consumer = consumer;
        this.ctx = ctx;
        this.response = ctx.response();
        this.startedAt = startedAt;
    }

    /**
     * @param request what came, of which nothing leaves with the answer
     * @throws RuntimeException when the message is no answer; then nothing is written
     */
    void message(Message message, RequestMessage request) {
        byte[] bytes = message.getBody() == null ? EMPTY : message.getBody(byte[].class);
        if (bytes == null) {
            throw new IllegalStateException("the body of an answer must be text or bytes: "
                    + message.getBody().getClass());
        }
        Integer code = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        int status = code == null ? (bytes.length == 0 ? 204 : 200) : code;
        if (consumer.isIntake() && status / 100 == 3) {
            // CloudEvents webhook specification 2.2: senders must not be sent elsewhere
            throw new IllegalStateException("a route of intake answers " + status);
        }
        if (isOver()) {
            return;
        }
        if (status / 100 == 4) {
            consumer.rejected(
                    new Problem(ProblemKind.ofRefusal(status), "The route itself has answered " + status + "."),
                    ctx.request());
        }
        response.setStatusCode(status);
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (HeaderPolicy.mayLeave(header.getKey())
                    && header.getValue() != null
                    && !request.brought(header.getValue())) {
                response.putHeader(header.getKey(), header.getValue().toString());
            }
        }
        if (bytes.length > 0 && !response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            response.putHeader(
                    "Content-Type",
                    message.getBody() instanceof String ? "text/plain; charset=utf-8" : "application/octet-stream");
        }
        end(status, bytes);
    }

    /** A problem, behind which a client of HTTP/1 should not go on with this connection. */
    void lastProblem(Problem problem) {
        LastAnswer.close(ctx.request());
        problem(problem);
    }

    void problem(Problem problem) {
        if (isOver()) {
            return;
        }
        int status = problem.kind().status();
        response.setStatusCode(status).putHeader("Content-Type", Problem.MEDIA_TYPE);
        if (problem.kind().retryable() && status != 500) {
            response.putHeader("Retry-After", "1");
        }
        problem.headers().forEach(response::putHeader);
        if (status >= 400 && status < 500) {
            consumer.rejected(problem, ctx.request());
        }
        end(status, problem.toJson());
    }

    /** Whether nobody waits for an answer any more, which is none then and not counted. */
    private boolean isOver() {
        return response.ended() || response.closed();
    }

    /** @return whether anything was written, so that there can be no other answer */
    boolean isBegun() {
        return begun;
    }

    private void end(int status, byte[] bytes) {
        begun = true;
        consumer.answered(ctx.request().method(), status, System.nanoTime() - startedAt);
        if (hasQueryToken(ctx.request().query())) {
            // RFC 6750 2.3: what a token in the address opened is nobody else's
            response.putHeader("Cache-Control", "private");
        }
        if (consumer.isDraining()) {
            LastAnswer.sendElsewhere(ctx.request());
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", String.valueOf(bytes.length));
            response.end();
        } else if (bytes.length == 0) {
            response.end();
        } else {
            response.end(BufferImpl.buffer(Unpooled.wrappedBuffer(bytes))); // not a copy
        }
    }

    private static boolean hasQueryToken(String query) {
        return query != null && (query.startsWith(QUERY_TOKEN) || query.contains("&" + QUERY_TOKEN));
    }
}
