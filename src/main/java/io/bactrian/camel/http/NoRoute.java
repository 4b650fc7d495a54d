package io.bactrian.camel.http;

import java.util.Optional;
import java.util.Set;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;

/**
 * What is answered where no route is: 404 for what there is not, 405 for another method, and 503 while the routes are not
 * all running, so that no sender disables a webhook over a restart.
 */
final class NoRoute {

    private final CamelContext context;

    NoRoute(CamelContext context) {
        this.context = context;
    }

    /** Answers on the public port, and counts it. */
    void handle(RoutingContext ctx) {
        long start = System.nanoTime();
        ProblemKind unknown = ctx.request().path().startsWith(IntakeServer.WEBHOOK_PREFIX)
                ? ProblemKind.UNKNOWN_WEBHOOK
                : ProblemKind.NOT_FOUND;
        count(ctx, answer(ctx, context, unknown), start);
    }

    /**
     * Answers a request that no route has taken: on any port, as its last handler.
     *
     * @param unknown what to say when all routes run and none knows the path
     */
    static Problem answer(RoutingContext ctx, CamelContext context, ProblemKind unknown) {
        Set<String> allowed = ctx.get(AsyncHttpConsumer.ALLOWED_METHODS);
        Optional<String> stopped = StoppedRoutes.pathOf(context, ctx.request().path());
        Problem problem;
        if (stopped.isPresent()) {
            IntakePaths.of(context)
                    .find(stopped.get())
                    .ifPresent(path -> ctx.put(AsyncHttpConsumer.LABEL, path.label()));
            problem = new Problem(ProblemKind.STOPPING, "The route of this path is stopped; send the event again.")
                    .with("Retry-After", "1");
        } else if (allowed != null) {
            String allow = String.join(", ", allowed);
            problem = new Problem(ProblemKind.METHOD_NOT_ALLOWED, "Allowed here: " + allow + ".").with("Allow", allow);
        } else if (!context.isStarted()) {
            problem = new Problem(ProblemKind.STOPPING, "The gateway is starting or stopping; send the event again.")
                    .with("Retry-After", "1");
        } else if (unknown == ProblemKind.UNKNOWN_WEBHOOK) {
            problem = new Problem(unknown, "No webhook is configured at this path.");
        } else {
            problem = new Problem(unknown, "There is no resource at this path.");
        }
        if (problem.kind() == ProblemKind.STOPPING) {
            answerLast(ctx, problem);
        } else {
            problem.answer(ctx);
        }
        return problem;
    }

    /** The client is to come again on another connection. Behind its body: closed before, it may lose the answer. */
    private static void answerLast(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        LastAnswer.sendElsewhere(request);
        if (request.isEnded() || IntakeCall.expectsContinue(request)) {
            problem.answer(ctx);
        } else {
            request.endHandler(end -> problem.answer(ctx));
        }
    }

    /** What is posted to no webhook is counted under a label of ours: the path is the sender's. */
    private void count(RoutingContext ctx, Problem problem, long start) {
        ProblemKind kind = problem.kind();
        String label = ctx.get(AsyncHttpConsumer.LABEL);
        if ((label == null && !ctx.request().path().startsWith(IntakeServer.WEBHOOK_PREFIX))
                || context.getStatus().isStarting()) {
            return;
        }
        String webhook = label == null ? IntakeServer.UNKNOWN : label;
        for (RequestListener listener : context.getRegistry().findByType(RequestListener.class)) {
            if (ctx.request().method().equals(HttpMethod.POST)) {
                listener.answered(webhook, kind.status(), System.nanoTime() - start);
            }
            if (kind.status() / 100 == 4) {
                listener.rejected(webhook, kind);
            }
        }
        if (kind.status() / 100 == 4) {
            RejectedRequests.of(context).add(webhook, problem, ctx.request());
        }
    }
}
