package io.bactrian.camel.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.channel.EventLoop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;

/**
 * One request from its head to its answer. Everything but {@link #expire()} happens on the event loop of its
 * connection.
 */
final class IntakeCall {

    private static final byte[] EMPTY = {};
    private static final long NO_ERROR = 0;
    private static final String QUERY_TOKEN = "access_token=";

    private final AsyncHttpConsumer consumer;
    private final RoutingContext ctx;
    private final EventLoop loop;
    private final long startedAt = System.nanoTime();
    private final Instant receivedAt = Instant.now();
    private final List<String> asked = new ArrayList<>(2);
    private boolean answered;
    private Deadlines.Deadline deadline;
    private boolean entered;
    private Buffer body;
    private boolean grown;
    private Exchange exchange;

    IntakeCall(AsyncHttpConsumer consumer, RoutingContext ctx) {
        this.consumer = consumer;
        this.ctx = ctx;
        this.loop = ((ContextInternal) ctx.vertx().getOrCreateContext()).nettyEventLoop();
    }

    long startedAt() {
        return startedAt;
    }

    /** Counts the body as it arrives, and believes nothing else about its length. */
    void readBody(Deadlines.Deadline watched) {
        entered = true;
        deadline = watched;
        HttpServerRequest request = ctx.request();
        long max = consumer.path().maxBody();
        if (declaredLength(request) > max) {
            abandon(tooLarge(max));
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.exceptionHandler(gone -> leave());
        request.handler(chunk -> {
            if (answered) {
                return;
            }
            if (chunk.length() + (body == null ? 0L : body.length()) > max) {
                abandon(tooLarge(max));
            } else if (body == null) {
                body = chunk;
            } else {
                if (!grown) {
                    grown = true;
                    body = Buffer.buffer(body.length() + chunk.length()).appendBuffer(body);
                }
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            if (!answered) {
                route(request);
            }
        });
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0; // counted as it arrives
        }
    }

    private static Problem tooLarge(long max) {
        return new Problem(ProblemKind.PAYLOAD_TOO_LARGE, "The body has more than the " + max + " bytes allowed here.");
    }

    /**
     * Refuses once the body is through: an answer in the middle of it, on a connection that ends with it, may never be
     * read.
     */
    void refuseBehindBody(Problem problem, Deadlines.Deadline watched) {
        deadline = watched;
        HttpServerRequest request = ctx.request();
        if (request.isEnded()
                || "100-continue".equalsIgnoreCase(request.getHeader("Expect"))
                || declaredLength(request) > consumer.path().maxBody()) {
            refuse(problem);
            return;
        }
        request.exceptionHandler(gone -> markAnswered());
        request.endHandler(end -> {
            if (!answered) {
                refuse(problem);
            }
        });
    }

    private void route(HttpServerRequest request) {
        exchange = consumer.newExchange();
        exchange.setPattern(ExchangePattern.InOut);
        byte[] bytes = body == null ? EMPTY : body.getBytes();
        body = null;
        Message message = exchange.getIn();
        Map<String, Object> headers = message.getHeaders();
        request.headers().forEach((name, value) -> {
            if (HeaderPolicy.mayEnter(name)) {
                headers.putIfAbsent(name, value);
                if (HeaderPolicy.mayLeave(name)) {
                    asked.add(value);
                }
            }
        });
        message.setHeader(Exchange.HTTP_METHOD, request.method().name());
        message.setHeader(Exchange.HTTP_PATH, request.path());
        message.setBody(bytes);
        exchange.setProperty(
                IntakeRequest.PROPERTY,
                new IntakeRequest(
                        request,
                        ctx.pathParams(),
                        ctx.get(ManagementGuard.PRINCIPAL),
                        bytes,
                        receivedAt,
                        loop,
                        consumer.path().maxBody(),
                        consumer.limits().maxGzipRatio()));
        try {
            consumer.createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            finish();
            return;
        }
        consumer.getAsyncProcessor().process(exchange, doneSync -> {
            if (loop.inEventLoop()) {
                finish();
            } else {
                loop.execute(this::finish);
            }
        });
    }

    private void finish() {
        try {
            if (!answered) {
                Throwable failure = exchange.getException();
                if (failure == null) {
                    answer();
                } else {
                    refuse(consumer.problemOf(failure));
                }
            }
        } catch (RuntimeException e) {
            if (!answered) {
                refuse(consumer.problemOf(e));
            }
        } finally {
            consumer.doneUoW(exchange);
            consumer.releaseExchange(exchange, false);
            leave();
        }
    }

    private void answer() {
        Message message = exchange.getMessage();
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
        ctx.response().setStatusCode(status);
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            // what the request brought is not an answer, even under an allowed name
            if (HeaderPolicy.mayLeave(header.getKey())
                    && header.getValue() != null
                    && !cameWithRequest(header.getValue())) {
                ctx.response().putHeader(header.getKey(), header.getValue().toString());
            }
        }
        if (bytes.length > 0 && !ctx.response().headers().contains("Content-Type")) {
            ctx.response()
                    .putHeader(
                            "Content-Type",
                            message.getBody() instanceof String
                                    ? "text/plain; charset=utf-8"
                                    : "application/octet-stream");
        }
        end(status, bytes);
    }

    /** By identity: what a route has set itself may be equal. */
    @SuppressWarnings("ReferenceEquality")
    private boolean cameWithRequest(Object value) {
        for (String header : asked) {
            if (header == value) {
                return true;
            }
        }
        return false;
    }

    /** Ends the request with a problem; its body, if there is more of it, is not read. */
    private void abandon(Problem problem) {
        if (!isHttp2()) {
            ctx.response().putHeader("Connection", "close");
        }
        refuse(problem);
        leave();
    }

    private boolean isHttp2() {
        return ctx.request().version() == HttpVersion.HTTP_2;
    }

    /** Asks the client to come again on another connection; over HTTP/2 it may finish here what it has begun. */
    private void sendElsewhere() {
        if (isHttp2()) {
            ctx.request().connection().goAway(NO_ERROR);
        } else {
            ctx.response().putHeader("Connection", "close");
        }
    }

    void refuse(Problem problem) {
        int status = problem.kind().status();
        ctx.response().setStatusCode(status).putHeader("Content-Type", Problem.MEDIA_TYPE);
        if (problem.kind().retryable() && status != 500) {
            ctx.response().putHeader("Retry-After", "1");
        }
        problem.headers().forEach(ctx.response()::putHeader);
        if (status >= 400 && status < 500) {
            consumer.rejected(problem, ctx.request());
        }
        end(status, problem.toJson());
    }

    private void end(int status, byte[] bytes) {
        markAnswered();
        consumer.answered(ctx.request().method(), status, System.nanoTime() - startedAt);
        if (hasQueryToken(ctx.request().query())) {
            // RFC 6750 2.3: what a token in the address opened is nobody else's
            ctx.response().putHeader("Cache-Control", "private");
        }
        if (ctx.response().ended() || ctx.response().closed()) {
            return;
        }
        if (consumer.isDraining()) {
            sendElsewhere();
        }
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response().putHeader("Content-Length", String.valueOf(bytes.length));
            ctx.response().end();
        } else if (bytes.length == 0) {
            ctx.response().end();
        } else {
            ctx.response().end(Buffer.buffer(bytes));
        }
    }

    private static boolean hasQueryToken(String query) {
        return query != null && (query.startsWith(QUERY_TOKEN) || query.contains("&" + QUERY_TOKEN));
    }

    /** The deadline has passed: from any thread. */
    void expire() {
        loop.execute(() -> {
            if (answered) {
                return;
            }
            Problem late = new Problem(
                    ProblemKind.DEADLINE_EXCEEDED,
                    "No answer within bactrian.http.request-timeout. The event may have been kept: send it again with the"
                            + " same id.");
            if (exchange == null) {
                abandon(late);
            } else {
                refuse(late); // the route goes on and leaves by itself
            }
        });
    }

    private void markAnswered() {
        answered = true;
        if (deadline != null) {
            deadline.met();
        }
    }

    private void leave() {
        if (entered) {
            entered = false;
            markAnswered();
            consumer.leave();
        }
    }
}
