package io.bactrian.camel.http;

import java.util.Set;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Camel serves health and metrics to GET alone, and others go unanswered: load balancers probe with HEAD. */
final class ProbeMethods {

    private static final Set<String> PATHS =
            Set.of("/observe/metrics", "/observe/health", "/observe/health/live", "/observe/health/ready");

    private static final String ALLOWED = "GET, HEAD";

    private ProbeMethods() {}

    /** Hands a request on: HEAD as GET, of whose answer Vert.x sends no body, since it knows what the client has sent. */
    static void next(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        if (method.equals(HttpMethod.GET) || !PATHS.contains(ctx.normalizedPath())) {
            ctx.next();
        } else if (method.equals(HttpMethod.HEAD)) {
            ctx.reroute(HttpMethod.GET, ctx.normalizedPath());
        } else {
            new Problem(ProblemKind.METHOD_NOT_ALLOWED, "Allowed here: " + ALLOWED + ".")
                    .with("Allow", ALLOWED)
                    .answer(ctx);
        }
    }
}
