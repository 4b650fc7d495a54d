package io.bactrian.camel.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;

/**
 * A Vert.x whose HTTP servers in clear text have the bounds of the public port on heads, bodies, pipelining and
 * connections: for a server that somebody else makes, such as Camel's of the management port.
 */
public final class GuardedVertx extends VertxWrapper {

    private final HttpLimits limits;

    /** @param vertx what does all the rest */
    public GuardedVertx(Vertx vertx, HttpLimits limits) {
        super((VertxInternal) vertx);
        this.limits = limits;
    }

    @Override
    public HttpServer createHttpServer() {
        return createHttpServer(new HttpServerOptions());
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        return options.isSsl() ? super.createHttpServer(options) : new GuardedHttpServer(delegate, options, limits);
    }
}
