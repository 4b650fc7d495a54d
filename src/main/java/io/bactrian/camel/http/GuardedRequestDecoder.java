package io.bactrian.camel.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
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
 * Vert.x's HTTP/1 decoder with the checks of {@link RequestHead}, and with deadlines for a head and for a body: the
 * idle timeout does not see a sender that trickles. A deadline is armed only when a read ends in the middle of
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
    private boolean inHead;
    private boolean inBody;
    private long requests;
    private ScheduledFuture<?> deadline;
    private Part watched = Part.NOTHING;
    private long watchedRequest;

    GuardedRequestDecoder(HttpServerOptions options, HttpLimits limits) {
        super(options);
        this.limits = limits;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        inHead = true;
        return super.createMessage(initialLine);
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
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            Object part = out.get(i);
            if (part instanceof HttpRequest) {
                inHead = false;
                inBody = true;
                requests++;
            }
            if (part instanceof LastHttpContent) {
                inBody = false;
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        super.channelRead(ctx, message);
        Part part = inBody ? Part.BODY : inHead || actualReadableBytes() > 0 ? Part.HEAD : Part.NOTHING;
        if (part != watched || requests != watchedRequest) {
            watch(ctx, part);
        }
    }

    private void watch(ChannelHandlerContext ctx, Part part) {
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
