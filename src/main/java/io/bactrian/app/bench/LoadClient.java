package io.bactrian.app.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests on one thread. In open loop each request has its time, whatever the server does, and its latency counts
 * from that time: a server that stalls is charged for every request that had to wait (no coordinated omission). In
 * closed loop a connection sends again once it is answered.
 */
final class LoadClient implements Runnable {

    private static final long PAUSE_NANOS = 20_000;
    private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int READ_BYTES = 256 * 1024;

    private final Load load;
    private final RequestTemplate template;
    private final Ledger ledger;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<LoadConnection> broken = new ArrayDeque<>();
    private final List<LoadConnection> all = new ArrayList<>();
    private final double periodNanos;
    private volatile boolean stopping;
    private volatile Exception failure;
    private volatile long origin = System.nanoTime();
    private long requests;
    private long reconnectAt;

    LoadClient(Load load, RequestTemplate template, Ledger ledger) throws IOException {
        this.load = load;
        this.template = template;
        this.ledger = ledger;
        this.selector = Selector.open();
        this.periodNanos = load.isOpenLoop() ? TimeUnit.SECONDS.toNanos(1) / load.rate() : 0;
        InetSocketAddress address =
                new InetSocketAddress(load.target().getHost(), load.target().getPort());
        for (int i = 0; i < load.connections(); i++) {
            LoadConnection connection = new LoadConnection(address, selector, template.newBuffer());
            try {
                connection.open();
            } catch (IOException e) {
                throw new IOException("no gateway answers at " + address.getHostString() + ":" + address.getPort()
                        + " (" + e.getMessage() + ")");
            }
            all.add(connection);
            idle.add(connection);
        }
    }

    /** @return nanoseconds since the load began */
    long elapsed() {
        return System.nanoTime() - origin;
    }

    /** No more requests; the thread ends when those in progress are answered. */
    void stop() {
        stopping = true;
    }

    /** @return why the thread ended early, or null */
    Exception failure() {
        return failure;
    }

    @Override
    public void run() {
        origin = System.nanoTime();
        try {
            while (!stopping) {
                reconnect();
                sendDue();
                await();
            }
            lastAnswers();
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            all.forEach(LoadConnection::close);
        }
    }

    private void sendDue() {
        long now = elapsed();
        while (!idle.isEmpty()) {
            long intended = load.isOpenLoop() ? intendedAt(requests) : now;
            if (intended > now) {
                return;
            }
            LoadConnection connection = idle.poll();
            try {
                connection.send(template, load.firstEvent(requests++), intended);
            } catch (IOException e) {
                failed(connection, e);
            }
        }
    }

    private long intendedAt(long request) {
        return (long) (request * periodNanos);
    }

    private void await() throws IOException {
        if (load.isOpenLoop()) {
            if (selector.selectNow() == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
                return;
            }
        } else {
            selector.select(10);
        }
        receive();
    }

    private void receive() {
        for (var selected : selector.selectedKeys()) {
            LoadConnection connection = (LoadConnection) selected.attachment();
            try {
                int status = connection.ready(in);
                if (status != 0) {
                    ledger.answered(
                            connection.firstEvent, load.eventsInRequest(), status, connection.intendedAt, elapsed());
                    idle.add(connection);
                }
            } catch (IOException | RuntimeException e) {
                failed(connection, e);
            }
        }
        selector.selectedKeys().clear();
    }

    private void failed(LoadConnection connection, Exception why) {
        if (!idle.remove(connection)) {
            ledger.broken(why.toString());
        }
        connection.close();
        broken.add(connection);
    }

    private void reconnect() {
        if (broken.isEmpty() || elapsed() < reconnectAt) {
            return;
        }
        for (int tries = broken.size(); tries > 0; tries--) {
            LoadConnection connection = broken.poll();
            try {
                connection.open();
                idle.add(connection);
            } catch (IOException e) {
                broken.add(connection);
                reconnectAt = elapsed() + RECONNECT_NANOS;
                return;
            }
        }
    }

    private void lastAnswers() throws IOException {
        long stoppedAt = elapsed();
        if (load.isOpenLoop()) {
            for (long late = requests; intendedAt(late) < stoppedAt; late++) {
                ledger.neverSent(intendedAt(late), stoppedAt);
            }
        }
        while (elapsed() - stoppedAt < LAST_ANSWERS_NANOS && all.stream().anyMatch(LoadConnection::isWaiting)) {
            selector.select(10);
            receive();
        }
    }
}
