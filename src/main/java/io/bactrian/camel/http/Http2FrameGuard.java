package io.bactrian.camel.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Watches the frames of a connection on their way to HTTP/2, and ends it when a head, or any frame but one of data, takes
 * longer than a head may, or comes in too many pieces: Netty bounds the bytes of a head, not its time, and pieces may be
 * empty. A body has the deadline of its request. On the event loop of its connection.
 */
final class Http2FrameGuard extends ChannelInboundHandlerAdapter {

    /** Enough for the largest head that may be configured, in frames of the smallest maximum size, and again. */
    private static final int MAX_CONTINUATIONS = 128;

    private static final int PREFACE_LENGTH = 24;
    private static final int HEAD_LENGTH = 9;
    private static final int END_HEADERS = 4;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;

    /**
     * GOAWAY with ENHANCE_YOUR_CALM (RFC 9113 6.8 and 7). It names the highest stream there can be: any of them may have
     * been processed.
     */
    private static final byte[] GOAWAY = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, -1, -1, -1, 0, 0, 0, 11};

    private final Duration headerTimeout;
    private final byte[] head = new byte[HEAD_LENGTH];
    private int headRead;
    private int payloadLeft = PREFACE_LENGTH;
    private boolean data = true;
    private int continuations = -1;

    /** How many heads and other frames have been whole; a deadline is for one of them. */
    private long whole;

    private long watched = -1;
    private ScheduledFuture<?> deadline;
    private boolean ended;

    /** @param headerTimeout from the first byte of a head to its last */
    Http2FrameGuard(Duration headerTimeout) {
        this.headerTimeout = headerTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (ended || !look(read)) {
            read.release();
            end(ctx);
            return;
        }
        if (!isInTheMiddle()) {
            stopWatching();
        } else if (watched != whole) {
            stopWatching();
            watched = whole;
            deadline = ctx.executor().schedule(() -> end(ctx), headerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        ctx.fireChannelRead(read);
    }

    /** @return false when a head has too many pieces */
    private boolean look(ByteBuf read) {
        for (int at = read.readerIndex(); at < read.writerIndex(); ) {
            if (payloadLeft == 0) {
                head[headRead++] = read.getByte(at++);
                if (headRead == HEAD_LENGTH && !begin()) {
                    return false;
                }
            } else {
                int length = Math.min(payloadLeft, read.writerIndex() - at);
                at += length;
                payloadLeft -= length;
            }
            if (payloadLeft == 0 && headRead == 0 && continuations < 0) {
                whole++;
            }
        }
        return true;
    }

    /** A frame has begun: what follows its head is payload. */
    private boolean begin() {
        headRead = 0;
        payloadLeft = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
        int type = head[3];
        data = type == DATA;
        if (type == HEADERS) {
            continuations = 0;
        } else if (type == CONTINUATION) {
            continuations++;
        }
        if ((type == HEADERS || type == CONTINUATION) && (head[4] & END_HEADERS) != 0) {
            continuations = -1;
        }
        return continuations <= MAX_CONTINUATIONS;
    }

    private boolean isInTheMiddle() {
        return headRead > 0 || continuations >= 0 || (payloadLeft > 0 && !data);
    }

    private void end(ChannelHandlerContext ctx) {
        if (!ended) {
            ended = true;
            stopWatching();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(GOAWAY));
            ctx.close(); // whether or not anybody reads it
        }
    }

    private void stopWatching() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
            watched = -1;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopWatching();
        super.channelInactive(ctx);
    }
}
