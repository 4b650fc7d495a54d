package io.bactrian.camel.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Waits for as many bytes of a connection as tell whether it is HTTP/2, sets up the rest of the pipeline, and leaves. */
final class PrefaceDetector extends ChannelInboundHandlerAdapter {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Duration timeout;
    private final Consumer<Boolean> setUp;
    private ByteBuf seen;
    private ScheduledFuture<?> deadline;

    /**
     * @param timeout a connection that has not told by then is closed
     * @param setUp adds the handlers for HTTP/2 (true) or HTTP/1
     */
    PrefaceDetector(Duration timeout, Consumer<Boolean> setUp) {
        this.timeout = timeout;
        this.setUp = setUp;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(() -> ctx.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (seen == null) {
            seen = read;
        } else {
            // rare: whoever sends a first piece of less than 24 bytes that looks like HTTP/2
            seen = ctx.alloc()
                    .buffer(seen.readableBytes() + read.readableBytes())
                    .writeBytes(release(seen))
                    .writeBytes(release(read));
        }
        int length = Math.min(seen.readableBytes(), PREFACE.length);
        boolean same = true;
        for (int i = 0; i < length && same; i++) {
            same = seen.getByte(seen.readerIndex() + i) == PREFACE[i];
        }
        if (!same || length == PREFACE.length) {
            decided(ctx, same);
        }
    }

    private static byte[] release(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    private void decided(ChannelHandlerContext ctx, boolean http2) {
        deadline.cancel(false);
        ByteBuf first = seen;
        seen = null;
        setUp.accept(http2);
        ctx.fireChannelRead(first);
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel(false);
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }
}
