package io.bactrian.camel.http;

import java.time.Instant;
import javax.security.auth.x500.X500Principal;

import io.bactrian.camel.EventProperties;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;

/**
 * One request from its head to its answer: its body is read, its route runs, it is answered once and given up once,
 * whatever comes first. Everything but {@link #expire()} happens on the event loop of its connection.
 */
final class IntakeCall {

    private final AsyncHttpConsumer consumer;
    private final RoutingContext ctx;
    private final EventLoop loop;
    private final long startedAt = System.nanoTime();
    private final Instant receivedAt = Instant.now();
    private final BodyBudget.Share share;
    private final HttpAnswer answer;
    private boolean answered;
    private Deadlines.Deadline deadline;
    private boolean entered;
    private RequestBody body;

    /** Why a body is thrown away as it comes, or null. */
    private Problem refusal;

    private Exchange exchange;
    private RequestMessage message;

    IntakeCall(AsyncHttpConsumer consumer, RoutingContext ctx) {
        this.consumer = consumer;
        this.ctx = ctx;
        this.loop = ((ContextInternal) ctx.vertx().getOrCreateContext()).nettyEventLoop();
        this.share = consumer.bodies().share();
        this.answer = new HttpAnswer(consumer, ctx, startedAt);
    }

    long startedAt() {
        return startedAt;
    }

    /** Reads the body and then runs the route. */
    void readBody(Deadlines.Deadline watched) {
        entered = true;
        deadline = watched;
        HttpServerRequest request = ctx.request();
        long max = consumer.path().maxBody();
        if (RequestBody.declaredLength(request) > max) {
            abandon(RequestBody.tooLarge(max));
            return;
        }
        if (expectsContinue(request)) {
            request.response().writeContinue();
        }
        body = new RequestBody(max);
        request.exceptionHandler(gone -> leave());
        request.handler(chunk -> {
            if (body == null) {
                return; // thrown away
            }
            try {
                body.add(chunk);
                share.take(chunk.length());
            } catch (ProblemException e) {
                refuseRest(e.problem());
            }
        });
        request.endHandler(end -> {
            if (refusal != null) {
                refuse(refusal);
                leave();
            } else if (!answered) {
                byte[] whole = body.toBytes();
                body = null;
                route(request, whole);
            }
        });
    }

    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /**
     * In the middle of a body: what is too large is told at once, so that its sender may stop; a refusal that asks to
     * come again waits for the end, since one on a connection that ends with it may never be read.
     */
    private void refuseRest(Problem problem) {
        if (problem.kind().retryable()) {
            refusal = problem;
            letGo();
        } else {
            abandon(problem);
        }
    }

    /** Refuses once the body is through, of which nothing is kept. */
    void refuseBehindBody(Problem problem, Deadlines.Deadline watched) {
        deadline = watched;
        HttpServerRequest request = ctx.request();
        if (request.isEnded()
                || expectsContinue(request)
                || RequestBody.declaredLength(request) > consumer.path().maxBody()) {
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

    private void route(HttpServerRequest request, byte[] body) {
        exchange = consumer.newExchange();
        exchange.setPattern(ExchangePattern.InOut);
        message = new RequestMessage(exchange, request);
        message.setBody(body);
        exchange.setIn(message);
        X500Principal client = ClientCertificate.subject(request.sslSession());
        if (client != null) {
            exchange.setProperty(EventProperties.CLIENT_SUBJECT, client.getName());
        }
        exchange.setProperty(
                IntakeRequest.PROPERTY,
                new IntakeRequest(
                        request,
                        ctx.pathParams(),
                        ctx.get(ManagementGuard.PRINCIPAL),
                        client,
                        body,
                        receivedAt,
                        loop,
                        new ContentCoding(
                                consumer.path().maxBody(), consumer.limits().maxGzipRatio(), share)));
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
                    answer.message(exchange.getMessage(), message);
                    markAnswered();
                } else {
                    refuse(consumer.problemOf(failure));
                }
            }
        } catch (RuntimeException e) {
            if (!answer.isBegun()) {
                refuse(consumer.problemOf(e));
            }
        } finally {
            consumer.doneUoW(exchange);
            consumer.releaseExchange(exchange, false);
            leave();
        }
    }

    /** Ends the request with a problem; of its body, if there is more of it, nothing is kept. */
    private void abandon(Problem problem) {
        markAnswered();
        answer.lastProblem(problem);
        leave();
    }

    void refuse(Problem problem) {
        markAnswered();
        answer.problem(problem);
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
            letGo();
            consumer.leave();
        }
    }

    /** Of the body, whether it has come whole or not. */
    private void letGo() {
        body = null;
        share.release();
    }
}
