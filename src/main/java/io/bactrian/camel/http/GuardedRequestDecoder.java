package io.bactrian.camel.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Vert.x's HTTP/1 decoder with the checks of {@link RequestHead}, with {@link Turns}, and with deadlines for a head and for
 * a body: the idle timeout does not see a sender that trickles. A deadline is armed only when a read ends in the middle of
 * something, so a request that comes in one piece costs none. On the event loop of its connection.
 */
final class GuardedRequestDecoder extends VertxHttpRequestDecoder {

    /** The request's own deadline answers first, where there is one. */
    private static final Duration BODY_GRACE = Duration.ofSeconds(1);

    /** Of an event in binary mode: shared, so that their text and their hash are made once and not for each request. */
    private static final List<AsciiString> NAMES = Stream.of(
                    "ce-id",
                    "ce-source",
                    "ce-type",
                    "ce-specversion",
                    "ce-time",
                    "ce-subject",
                    "Authorization",
                    "User-Agent")
            .map(AsciiString::cached)
            .toList();

    private enum Part {
        NOTHING,
        HEAD,
        BODY
    }

    private final HttpLimits limits;
    private final Turns turns;
    private ChannelHandlerContext context;
    /** What has come last, and is not whole. */
    private Part part = Part.NOTHING;

    private long requests;
    private ScheduledFuture<?> deadline;
    private Part watched = Part.NOTHING;
    private long watchedRequest;

    GuardedRequestDecoder(HttpServerOptions options, HttpLimits limits) {
        super(options);
        this.limits = limits;
        this.turns = new Turns(limits.idleTimeout(), this::goOn);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** @return says when the next request may begin; to be put behind the encoder */
    Turns turns() {
        return turns;
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        for (AsciiString name : NAMES) {
            if (name.length() == length && Arrays.equals(name.array(), 0, length, line, start, start + length)) {
                return name;
            }
        }
        return super.splitHeaderName(line, start, length);
    }

    /** Asked once, when the head is complete; what is thrown here makes the request an invalid one. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        if (message instanceof HttpRequest request && request.headers() instanceof MultiMap headers) {
            RequestHead.check(headers, limits.maxHeaders());
            RequestHead.checkFraming(headers, request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0);
        }
        return super.isContentAlwaysEmpty(message);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (part == Part.NOTHING) {
            if (turns.isLast()) {
                buffer.skipBytes(buffer.readableBytes());
                return;
            }
            if (!turns.mayBegin(ctx)) {
                return;
            }
            part = Part.HEAD; // with an empty line before it, which is skipped
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            Object decoded = out.get(i);
            if (decoded instanceof HttpRequest request) {
                part = Part.BODY;
                requests++;
                turns.begin(request);
            }
            if (decoded instanceof LastHttpContent) {
                part = Part.NOTHING;
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        super.channelRead(ctx, message);
        if (part != watched || requests != watchedRequest) {
            watch(ctx);
        }
        if (part == Part.NOTHING && turns.isOver()) {
            ctx.channel().close(); // behind the answer, from the end of the pipeline
        }
    }

    /** Decodes what has waited, as a read of its own. */
    private void goOn() {
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (turns.isWaiting()) {
            discardSomeReadBytes();
            ctx.fireChannelReadComplete(); // the decoder itself would ask for more to read
        } else {
            super.channelReadComplete(ctx);
        }
    }

    private void watch(ChannelHandlerContext ctx) {
        stopWatching();
        watched = part;
        watchedRequest = requests;
        if (part != Part.NOTHING) {
            Duration time = part == Part.HEAD
                    ? limits.headerTimeout()
                    : limits.requestTimeout().plus(BODY_GRACE);
            deadline = ctx.executor().schedule(() -> cut(ctx), time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void cut(ChannelHandlerContext ctx) {
        ctx.close();
    }

    private void stopWatching() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopWatching();
        super.channelInactive(ctx);
    }
}
