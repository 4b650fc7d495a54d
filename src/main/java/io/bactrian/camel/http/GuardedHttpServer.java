package io.bactrian.camel.http;

import java.util.function.BiConsumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.SslChannelProvider;

/**
 * Vert.x's HTTP server with {@link GuardedRequestDecoder} on each HTTP/1 connection, and {@link Http2FrameGuard} on each
 * of HTTP/2. In clear text a connection that begins with the preface of HTTP/2 is one (prior knowledge);
 * {@code Upgrade: h2c} is ignored, since Vert.x would read the first head before the decoder can be put in place, and
 * proxies are known to be smuggled through by it.
 */
final class GuardedHttpServer extends HttpServerImpl {

    private static final String DECODER = "httpDecoder";

    private final HttpServerOptions httpOptions;
    private final HttpLimits limits;
    private final Http1 http1;

    /** Makes the workers of connections that are HTTP/1 for certain; never listens itself. */
    private static final class Http1 extends HttpServerImpl {
        Http1(VertxInternal vertx, HttpServerOptions serverOptions) {
            super(vertx, serverOptions);
        }

        BiConsumer<Channel, SslChannelProvider> worker(
                ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
            return childHandler(context, address, shaping);
        }
    }

    GuardedHttpServer(VertxInternal vertx, HttpServerOptions serverOptions, HttpLimits limits) {
        super(vertx, serverOptions);
        this.httpOptions = serverOptions;
        this.limits = limits;
        this.http1 = new Http1(vertx, new HttpServerOptions(serverOptions).setHttp2ClearTextEnabled(false));
    }

    /** Sets what handles requests, and requests that are not HTTP. */
    void handlers(Handler<HttpServerRequest> requests, Handler<HttpServerRequest> invalid) {
        for (HttpServerImpl server : new HttpServerImpl[] {this, http1}) {
            server.requestHandler(requests);
            server.invalidRequestHandler(invalid);
            server.connectionHandler(this::guard);
        }
    }

    private void guard(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        if (pipeline.get(DECODER) != null) {
            pipeline.replace(DECODER, DECODER, new GuardedRequestDecoder(httpOptions, limits));
        }
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 != null) {
            // Netty holds to it whoever has acknowledged it, and nobody must
            long streams = httpOptions.getInitialSettings().getMaxConcurrentStreams();
            http2.connection().remote().maxActiveStreams(Math.toIntExact(streams));
        }
    }

    @Override
    protected BiConsumer<Channel, SslChannelProvider> childHandler(
            ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
        BiConsumer<Channel, SslChannelProvider> any = super.childHandler(context, address, shaping);
        if (httpOptions.isSsl()) {
            return any; // ALPN tells, before the first head
        }
        BiConsumer<Channel, SslChannelProvider> one = http1.worker(context, address, shaping);
        return (channel, tls) -> channel.pipeline()
                .addLast("preface", new PrefaceDetector(limits.idleTimeout(), http2 -> {
                    if (http2) {
                        channel.pipeline().addLast("frames", new Http2FrameGuard(limits.headerTimeout()));
                        any.accept(channel, tls);
                    } else {
                        one.accept(channel, tls);
                    }
                }));
    }
}
