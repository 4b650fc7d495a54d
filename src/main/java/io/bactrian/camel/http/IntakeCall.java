package io.bactrian.camel.http;

import java.time.Instant;
import javax.security.auth.x500.X500Principal;

import io.bactrian.camel.EventProperties;
import io.netty.channel.EventLoop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;

/**
 * One request from its head to its answer: its body is read, its route runs, it is answered at most once and given up
 * once, whatever comes first and whatever breaks, for want of memory too. A route that is silent at the deadline is
 * answered for; one that is silent for as long again has its exchange ended. Everything but {@link #expire()} happens on
 * the event loop of its connection.
 */
final class IntakeCall {

    private static final Problem LATE = new Problem(
            ProblemKind.DEADLINE_EXCEEDED,
            "No answer within bactrian.http.request-timeout. The event may have been kept: send it again with the same id.");

    private final AsyncHttpConsumer consumer;
    private final RoutingContext ctx;
    private final EventLoop loop;
    private final long startedAt = System.nanoTime();
    private final Instant receivedAt = Instant.now();
    private final BodyBudget.Share share;
    private final HttpAnswer answer;
    private boolean answered;
    private Deadlines.Deadline deadline;
    private boolean overdue;
    private boolean entered;
    private RequestBody body;
    private long declared;

    /** Why a body is thrown away as it comes, or null. */
    private Problem refusal;

    private Exchange exchange;
    private RequestMessage message;
    private boolean finished;

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

    /** Reads the body and then runs the route. What was entered is left in any case. */
    void begin(Deadlines deadlines) {
        entered = true;
        try {
            deadline = deadlines.watch(this);
            readBody(ctx.request());
        } catch (RuntimeException | Error e) {
            broke(e);
        }
    }

    private void readBody(HttpServerRequest request) {
        long max = consumer.path().maxBody();
        declared = RequestBody.declaredLength(request);
        if (declared > max) {
            abandon(RequestBody.tooLarge(max));
            return;
        }
        if (expectsContinue(request)) {
            request.response().writeContinue();
        }
        body = new RequestBody(max);
        request.exceptionHandler(gone -> leave());
        request.handler(this::take);
        request.endHandler(end -> endBody(request));
    }

    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    private void take(Buffer chunk) {
        if (body == null) {
            return; // thrown away
        }
        try {
            body.add(chunk);
            share.take(chunk.length());
        } catch (ProblemException e) {
            refuseRest(e.problem());
        } catch (RuntimeException | Error e) {
            body = null; // the next chunk would stand where this one belongs
            refuseRest(consumer.problemOf(e));
        }
    }

    private void endBody(HttpServerRequest request) {
        if (answered) {
            return;
        }
        try {
            if (refusal == null && declared > 0 && body.length() != declared) {
                refusal = AsyncHttpConsumer.BROKEN;
            }
            if (refusal != null) {
                refuse(refusal);
                leave();
                return;
            }
            byte[] whole = body.toBytes();
            body = null;
            route(request, whole);
        } catch (RuntimeException | Error e) {
            broke(e);
        }
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

    private void route(HttpServerRequest request, byte[] whole) {
        exchange = consumer.newExchange();
        exchange.setPattern(ExchangePattern.InOut);
        message = new RequestMessage(exchange, request);
        message.setBody(whole);
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
                        whole,
                        receivedAt,
                        startedAt,
                        loop,
                        new ContentCoding(
                                consumer.path().maxBody(), consumer.limits().maxGzipRatio(), share)));
        try {
            consumer.createUoW(exchange);
        } catch (Exception e) {
            breakOff(e);
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

    /** Something broke that no step of a route has seen to. */
    private void broke(Throwable failure) {
        if (exchange != null) {
            breakOff(failure);
        } else if (!answered) {
            abandon(consumer.problemOf(failure));
        }
    }

    private void breakOff(Throwable failure) {
        if (finished) {
            return;
        }
        try {
            consumer.breakOff(exchange, failure);
        } finally {
            end(false); // steps of it may still be queued
        }
    }

    /** The route is through; when it broke off before that changes nothing. */
    private void finish() {
        if (!finished) {
            end(true);
        }
    }

    /** @param free whether nobody uses the exchange any more */
    private void end(boolean free) {
        finished = true;
        meetDeadline();
        try {
            if (!answered) {
                answerRoute();
            }
        } finally {
            try {
                consumer.doneUoW(exchange);
                if (free) {
                    consumer.releaseExchange(exchange, false);
                }
            } finally {
                leave();
            }
        }
    }

    private void answerRoute() {
        Throwable failure = exchange.getException();
        if (failure != null) {
            refuse(consumer.problemOf(failure));
            return;
        }
        try {
            answer.message(exchange.getMessage(), message);
            markAnswered();
        } catch (RuntimeException | Error e) {
            if (answer.isBegun()) {
                reset(e);
            } else {
                refuse(consumer.problemOf(e));
            }
        }
    }

    /** Lets the client know that no answer will come. */
    private void reset(Throwable failure) {
        consumer.unanswered(failure);
        if (!ctx.response().ended()) {
            ctx.response().reset();
        }
    }

    /** Ends the request with a problem; of its body, if there is more of it, nothing is kept. */
    private void abandon(Problem problem) {
        markAnswered();
        try {
            answer.lastProblem(problem);
        } catch (RuntimeException | Error e) {
            reset(e);
        } finally {
            leave();
        }
    }

    void refuse(Problem problem) {
        markAnswered();
        try {
            answer.problem(problem);
        } catch (RuntimeException | Error e) {
            reset(e);
        }
    }

    /** A deadline has passed: from any thread. */
    void expire() {
        loop.execute(this::expired);
    }

    private void expired() {
        if (exchange == null) {
            if (!answered) {
                abandon(LATE);
            }
        } else if (!finished && overdue) {
            consumer.silent();
            breakOff(LATE.toException());
        } else if (!finished) {
            if (!answered) {
                refuse(LATE); // the route goes on and leaves by itself
            }
            overdue = true;
            deadline = consumer.watchAgain(this);
        }
    }

    private void markAnswered() {
        answered = true;
        if (exchange == null) {
            meetDeadline(); // else it sees to it that the route ends
        }
    }

    private void meetDeadline() {
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
