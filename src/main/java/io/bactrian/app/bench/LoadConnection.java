package io.bactrian.app.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection with one request in progress at a time. For the thread of its {@link LoadClient}. */
final class LoadConnection {

    private final InetSocketAddress address;
    private final Selector selector;
    private final ByteBuffer request;
    private AnswerParser parser = new AnswerParser();
    private SocketChannel channel;
    private SelectionKey key;
    private boolean waiting;
    long firstEvent;
    long intendedAt;

    LoadConnection(InetSocketAddress address, Selector selector, ByteBuffer request) {
        this.address = address;
        this.selector = selector;
        this.request = request;
    }

    void open() throws IOException {
        channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(address);
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            parser = new AnswerParser();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Sends what the request's buffer holds; an answer is awaited from here on. */
    void send(RequestTemplate template, long event, long intended) throws IOException {
        firstEvent = event;
        intendedAt = intended;
        waiting = true;
        template.number(request, event);
        write();
    }

    private void write() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /**
     * Goes on after a selection.
     *
     * @param in a buffer to read into
     * @return the status of the answer, or 0 while there is none
     */
    int ready(ByteBuffer in) throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (!key.isReadable()) {
            return 0;
        }
        in.clear();
        if (channel.read(in) < 0) {
            throw new EOFException("the connection was closed");
        }
        int status = parser.feed(in.flip());
        if (status != 0) {
            waiting = false;
        }
        return status;
    }

    /** @return whether a request was sent and not answered */
    boolean isWaiting() {
        return waiting;
    }

    void close() {
        waiting = false;
        try {
            channel.close();
        } catch (IOException e) {
            // nothing more is expected of it
        }
    }
}
