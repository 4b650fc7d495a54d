package io.bactrian.camel.http;

import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.WatchedFiles;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of the public port: plain HTTP, or TLS where {@code bactrian.http.tls.cert} is given. Unlike the stock one it
 * fails the start when its port is taken, closes silent connections, and answers what no route takes, and what is no
 * request, with a problem document.
 */
public final class IntakeServer extends VertxPlatformHttpServer {

    /** Prefix of all webhooks: an unknown path under it is an unknown webhook. */
    public static final String WEBHOOK_PREFIX = "/hooks/";

    /** The {@code webhook} label of requests below {@value #WEBHOOK_PREFIX} that no webhook takes. */
    public static final String UNKNOWN = "unknown";

    private static final Logger LOG = LoggerFactory.getLogger(IntakeServer.class);

    private HttpLimits limits;
    private volatile GuardedHttpServer server;
    private WatchedFiles.Watch tlsFiles;
    private volatile ServerTls.Certificates certificates;

    /**
     * @param host address to bind, such as 0.0.0.0
     * @param port 0 for any free port
     */
    public IntakeServer(String host, int port) {
        super(configuration(host, port));
    }

    private static VertxPlatformHttpServerConfiguration configuration(String host, int port) {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost(host);
        configuration.setBindPort(port);
        configuration.setPath("/");
        return configuration;
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    /** @return the port really bound */
    @Override
    public int getPort() {
        return server == null ? getConfigurationPort() : server.actualPort();
    }

    /** @return connections that are open */
    public int connections() {
        GuardedHttpServer current = server;
        return current == null ? 0 : current.connections();
    }

    @Override
    protected void startServer() throws Exception {
        limits = HttpLimits.of(BactrianConfig.of(getCamelContext()));
        HttpServerOptions options = new HttpServerOptions()
                .setHost(getHost())
                .setPort(getConfigurationPort())
                .setIdleTimeout(Math.toIntExact(limits.idleTimeout().toSeconds()))
                .setMaxInitialLineLength(limits.maxHeaderSize())
                .setMaxHeaderSize(limits.maxHeaderSize())
                // nobody speaks WebSocket here, and each request would pass through a handler for it
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        options.getInitialSettings().setMaxHeaderListSize(limits.maxHeaderSize());
        ServerTls tls = ServerTls.of(BactrianConfig.of(getCamelContext())).orElse(null);
        server = tls == null ? plain(options) : secure(options, tls);
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(
                getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(getConfigurationPort()));
        NoRoute noRoute = new NoRoute(getCamelContext());
        router.route().order(Integer.MAX_VALUE).handler(noRoute::handle);
        // what the router finds by itself: a path that is none, and an error of ours
        router.errorHandler(400, ctx -> refuse(ctx.request(), ctx.failure()));
        router.errorHandler(404, noRoute::handle);
        router.errorHandler(500, IntakeServer::failed);
        try {
            server.invalidRequestHandler(this::notHttp);
            server.requestHandler(request -> handle(request, router))
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            server = null;
            closeFiles();
            throw new IllegalStateException(
                    "camel.server.port " + getConfigurationPort() + " on " + getHost() + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    private GuardedHttpServer plain(HttpServerOptions options) {
        return new GuardedHttpServer((VertxInternal) getVertx(), options, limits);
    }

    /** Whose files are watched from now on. */
    private GuardedHttpServer secure(HttpServerOptions options, ServerTls tls) {
        GuardedHttpServer guarded = plain(options.setSsl(true)
                .setUseAlpn(true)
                .setClientAuth(tls.clientAuth())
                .setKeyCertOptions(tls.read().options().getKeyCertOptions()));
        guarded.exceptionHandler(failure -> LOG.debug("A connection failed: reason={}", failure.getMessage()));
        tlsFiles = WatchedFiles.of(getCamelContext())
                .watch("bactrian.http.tls", tls.files(), contents -> use(guarded, tls.certificates(contents)));
        return guarded;
    }

    private void use(GuardedHttpServer guarded, ServerTls.Certificates read) {
        try {
            guarded.use(read.options()
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setSslHandshakeTimeout(limits.headerTimeout().toMillis()));
        } catch (ExecutionException | TimeoutException e) {
            throw new ConfigurationException("bactrian.http.tls: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("bactrian.http.tls: interrupted", e);
        }
        certificates = read;
        if (read.end().isBefore(Instant.now())) {
            LOG.warn("The certificate of the public port has expired: subject={} end={}", read.subject(), read.end());
        } else {
            LOG.info("The public port speaks TLS: subject={} end={}", read.subject(), read.end());
        }
    }

    /** @return when the first certificate in force of the server expires; null without TLS */
    public Instant certificateEnd() {
        ServerTls.Certificates current = certificates;
        return current == null ? null : current.end();
    }

    /** @return when the first authority in force of the clients expires; null where no client is asked */
    public Instant clientCaEnd() {
        ServerTls.Certificates current = certificates;
        return current == null ? null : current.clientCaEnd();
    }

    /** @return {@code http} or {@code https} */
    public String scheme() {
        return certificates == null ? "http" : "https";
    }

    private void closeFiles() {
        if (tlsFiles != null) {
            tlsFiles.close();
            tlsFiles = null;
        }
    }

    @Override
    protected void stopServer() {
        closeFiles();
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
            server = null;
        }
    }

    /** The decoder of HTTP/1 has checked its heads; those of HTTP/2 are looked at here. */
    private void handle(HttpServerRequest request, VertxPlatformHttpRouter router) {
        if (request.version() == HttpVersion.HTTP_2) {
            LateBody.bound(getVertx(), request, limits.requestTimeout());
            try {
                RequestHead.check(request.headers(), limits.maxHeaders());
                RequestHead.checkValues(request.headers());
            } catch (RequestHead.BadHeadException e) {
                refuse(request, e);
                return;
            }
        }
        router.handle(request);
    }

    private static void failed(RoutingContext ctx) {
        LOG.error("Request failed outside of a route", ctx.failure());
        new Problem(ProblemKind.INTERNAL_ERROR, "An unexpected error; the log of the gateway says more.").answer(ctx);
    }

    private void notHttp(HttpServerRequest request) {
        refuse(request, request.decoderResult().cause());
    }

    private void refuse(HttpServerRequest request, Throwable cause) {
        Problem problem = RequestHead.problem(cause, limits);
        LastAnswer.close(request);
        problem.answer(request.response());
        for (RequestListener listener : getCamelContext().getRegistry().findByType(RequestListener.class)) {
            listener.rejected(UNKNOWN, problem.kind()); // whose it was, nobody can say
        }
    }
}
