package io.bactrian.camel.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpHeaders;

/**
 * One request of an HTTP/1 connection at a time: whoever pipelines (RFC 9112 9.3.2) is read on when the answer before is
 * written and the client takes its answers, so that neither requests nor answers pile up here, and nothing is a request
 * behind the last one of its connection (RFC 9112 9.6). Vert.x bounds neither, and keeps what it discards. Behind the
 * encoder, on the event loop of its connection.
 */
final class Turns extends ChannelDuplexHandler {

    private final Duration patience;
    private final Runnable next;
    private boolean unanswered;
    private boolean last;
    private boolean waiting;
    private boolean stopped;
    private ScheduledFuture<?> stalled;

    /**
     * @param patience how long a client may take no answer while the next request waits; then its connection is closed
     * @param next goes on with what waits; run by itself, never within a call from here
     */
    Turns(Duration patience, Runnable next) {
        this.patience = patience;
        this.next = next;
    }

    /** @return false when the next request is to wait; then nothing more is read, and {@code next} is run when it is time */
    boolean mayBegin(ChannelHandlerContext ctx) {
        if (!unanswered && ctx.channel().isWritable()) {
            trust();
            return true;
        }
        waiting = true;
        ChannelConfig config = ctx.channel().config();
        if (config.isAutoRead()) { // otherwise it is Vert.x that has stopped, and goes on by itself
            config.setAutoRead(false);
            stopped = true;
        }
        bound(ctx);
        return false;
    }

    /** @return whether the next request has come and waits */
    boolean isWaiting() {
        return waiting;
    }

    /** The head of a request has come. */
    void begin(HttpRequest request) {
        unanswered = true;
        last = !isKeptAlive(request);
    }

    /**
     * As Vert.x decides it, which closes the connection behind the answer, and until then discards what comes without
     * releasing it: a version written in another way, such as {@code http/1.1}, is not the constant.
     */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isKeptAlive(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        return version == HttpVersion.HTTP_1_1
                ? !request.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)
                : version == HttpVersion.HTTP_1_0
                        && request.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.KEEP_ALIVE, true);
    }

    /** @return whether the request that has come last is the last of its connection */
    boolean isLast() {
        return last;
    }

    /** @return whether the last answer of the connection is written */
    boolean isOver() {
        return last && !unanswered;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean end = message instanceof LastHttpContent;
        if (message instanceof HttpResponse answer) {
            if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                end = false;
            } else if (answer.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
                last = true;
            }
        }
        ctx.write(message, promise);
        if (end) {
            unanswered = false;
            wake(ctx);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        wake(ctx);
        ctx.fireChannelWritabilityChanged();
    }

    private void wake(ChannelHandlerContext ctx) {
        if (waiting && !unanswered && ctx.channel().isWritable()) {
            trust();
            ctx.executor().execute(() -> goOn(ctx));
        } else {
            bound(ctx);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        if (waiting && !ctx.isRemoved()) {
            waiting = false;
            if (stopped) {
                stopped = false;
                ctx.channel().config().setAutoRead(true);
            }
            next.run();
        }
    }

    /** A client that keeps sending is not idle, even if it never reads. */
    private void bound(ChannelHandlerContext ctx) {
        if (waiting && !unanswered && stalled == null && !ctx.isRemoved()) {
            stalled = ctx.executor().schedule(() -> ctx.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void trust() {
        if (stalled != null) {
            stalled.cancel(false);
            stalled = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        trust();
    }
}
