package io.bactrian.camel.http;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.SslChannelProvider;

/**
 * Vert.x's HTTP server with {@link GuardedRequestDecoder} on each HTTP/1 connection, and {@link Http2FrameGuard} on each
 * of HTTP/2. In clear text a connection that begins with the preface of HTTP/2 is one (prior knowledge);
 * {@code Upgrade: h2c} is ignored, since Vert.x would read the first head before the decoder can be put in place, and
 * proxies are known to be smuggled through by it. Over TLS, ALPN chooses.
 */
final class GuardedHttpServer extends HttpServerImpl {

    private static final String DECODER = "httpDecoder";
    private static final String ENCODER = "httpEncoder";
    private static final String FRAMES = "frames";
    private static final int TLS_SECONDS = 10;

    private final HttpServerOptions httpOptions;
    private final HttpLimits limits;
    private final Http1 http1;
    private final Connections connections;
    private volatile SslChannelProvider tls;

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

    /** Puts the guard of frames in its own place when the handshake has chosen HTTP/2, before the first of them. */
    private static final class Alpn extends ChannelInboundHandlerAdapter {
        private final Duration headerTimeout;

        Alpn(Duration headerTimeout) {
            this.headerTimeout = headerTimeout;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                String chosen = ctx.pipeline().get(SslHandler.class).applicationProtocol();
                if (HttpVersion.HTTP_2.alpnName().equals(chosen)) {
                    ctx.pipeline().addAfter(ctx.name(), FRAMES, new Http2FrameGuard(headerTimeout));
                }
                ctx.pipeline().remove(this);
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    GuardedHttpServer(VertxInternal vertx, HttpServerOptions serverOptions, HttpLimits limits) {
        super(vertx, serverOptions);
        this.httpOptions = serverOptions;
        this.limits = limits;
        this.connections = new Connections(limits.maxConnections());
        this.http1 = new Http1(vertx, new HttpServerOptions(serverOptions).setHttp2ClearTextEnabled(false));
        connectionHandler(this::guard);
        http1.connectionHandler(this::guard);
    }

    @Override
    public synchronized HttpServer requestHandler(Handler<HttpServerRequest> handler) {
        http1.requestHandler(handler);
        return super.requestHandler(handler);
    }

    /** Sets what handles requests that are not HTTP; otherwise Vert.x answers them 400. */
    @Override
    public HttpServer invalidRequestHandler(Handler<HttpServerRequest> handler) {
        http1.invalidRequestHandler(handler);
        return super.invalidRequestHandler(handler);
    }

    /**
     * Gives certificates to the connections made from now on; those that are open go on with what they have, and no
     * session of before is resumed. Not {@code updateSSLOptions} of Vert.x, which has none while it reads the new ones:
     * who connects then is lost. Blocks.
     */
    void use(SSLOptions certificates) throws InterruptedException, ExecutionException, TimeoutException {
        SslChannelProvider provider = createSSLHelper()
                .buildChannelProvider(certificates, vertx.getOrCreateContext())
                .toCompletionStage()
                .toCompletableFuture()
                .get(TLS_SECONDS, TimeUnit.SECONDS);
        // made now, and not by the first connection, so that what cannot be used is noticed here
        provider.sslServerContext(httpOptions.isUseAlpn());
        tls = provider;
    }

    private void guard(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        if (pipeline.get(DECODER) != null) {
            GuardedRequestDecoder decoder = new GuardedRequestDecoder(httpOptions, limits);
            pipeline.replace(DECODER, DECODER, decoder);
            pipeline.addAfter(ENCODER, "turns", decoder.turns());
        }
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 != null) {
            // Netty holds to it whoever has acknowledged it, and nobody must
            long streams = httpOptions.getInitialSettings().getMaxConcurrentStreams();
            http2.connection().remote().maxActiveStreams(Math.toIntExact(streams));
        }
    }

    /** @return connections that are open */
    int connections() {
        return connections.open();
    }

    @Override
    protected BiConsumer<Channel, SslChannelProvider> childHandler(
            ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
        BiConsumer<Channel, SslChannelProvider> any = super.childHandler(context, address, shaping);
        BiConsumer<Channel, SslChannelProvider> guarded =
                httpOptions.isSsl() ? overTls(any) : inClearText(any, http1.worker(context, address, shaping));
        return (channel, provider) -> {
            if (connections.admit(channel)) {
                guarded.accept(channel, provider);
            }
        };
    }

    private BiConsumer<Channel, SslChannelProvider> overTls(BiConsumer<Channel, SslChannelProvider> any) {
        return (channel, first) -> {
            any.accept(channel, tls);
            // in front of the handler that sets up HTTP when it hears of the handshake
            channel.pipeline().addAfter("ssl", "alpn", new Alpn(limits.headerTimeout()));
        };
    }

    private BiConsumer<Channel, SslChannelProvider> inClearText(
            BiConsumer<Channel, SslChannelProvider> any, BiConsumer<Channel, SslChannelProvider> one) {
        return (channel, none) -> channel.pipeline()
                .addLast("preface", new PrefaceDetector(limits.idleTimeout(), http2 -> {
                    if (http2) {
                        channel.pipeline().addLast(FRAMES, new Http2FrameGuard(limits.headerTimeout()));
                        any.accept(channel, none);
                    } else {
                        one.accept(channel, none);
                    }
                }));
    }
}
