package io.bactrian.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on 127.0.0.1 that breaks the network in a chosen way from a chosen moment on, for connections that exist
 * and for new ones, until {@link #heal}. Healing resets every connection that has lost bytes: TCP never delivers a
 * stream with a hole. At most {@value #MAX_CONNECTIONS} connections at a time.
 */
public final class FaultProxy implements AutoCloseable {
    /** Which way bytes go. */
    public enum Direction {
        CLIENT_TO_SERVER,
        SERVER_TO_CLIENT
    }

    static final int MAX_CONNECTIONS = 64;
    private static final int CHUNK = 64 * 1024;

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Map<Direction, AtomicLong> forwarded = new EnumMap<>(Direction.class);
    private final Map<Direction, AtomicLong> dropped = new EnumMap<>(Direction.class);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private final Object faults = new Object();
    private final Set<Direction> blackholes = EnumSet.noneOf(Direction.class);
    private boolean refusing;
    private long delayNanos;

    private FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        for (Direction direction : Direction.values()) {
            forwarded.put(direction, new AtomicLong());
            dropped.put(direction, new AtomicLong());
        }
        listener = new ServerSocket(0, MAX_CONNECTIONS, InetAddress.getLoopbackAddress());
        daemon("fault-proxy-accept", this::acceptAll);
    }

    /** A proxy before a port of 127.0.0.1, at first without any fault. */
    public static FaultProxy before(int targetPort) {
        try {
            return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A proxy before a nats-server. */
    public static FaultProxy before(NatsServer server) {
        return before(server.port());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** {@code nats://127.0.0.1:port} of the proxy. */
    public String url() {
        return "nats://127.0.0.1:" + port();
    }

    /** Resets all connections now (RST on both sides). New ones are let in. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets each new connection as soon as it is made. Existing ones go on. */
    public void refuse() {
        synchronized (faults) {
            refusing = true;
        }
    }

    /** Swallows all bytes in both directions; connections stay open, new ones are accepted and stay silent. */
    public void blackhole() {
        blackhole(Direction.CLIENT_TO_SERVER);
        blackhole(Direction.SERVER_TO_CLIENT);
    }

    /** Swallows all bytes in one direction. */
    public void blackhole(Direction direction) {
        synchronized (faults) {
            blackholes.add(direction);
            faults.notifyAll();
        }
    }

    /** What the client sends arrives, what the server answers does not: PubAcks are lost. */
    public void dropAnswers() {
        blackhole(Direction.SERVER_TO_CLIENT);
    }

    /**
     * Leaves the clients of the present connections with a peer that is gone without a word: the server's side is
     * closed, the client's stays open and swallows what is written. New connections work.
     */
    public void halfOpen() {
        links.forEach(Link::halfOpen);
    }

    /** Holds each chunk (up to 64 KiB) for that long before it is passed on, in both directions. */
    public void delay(Duration duration) {
        synchronized (faults) {
            delayNanos = duration.toNanos();
            faults.notifyAll();
        }
    }

    /** Ends all faults, and resets the connections that have lost bytes. */
    public void heal() {
        synchronized (faults) {
            refusing = false;
            delayNanos = 0;
            blackholes.clear();
            faults.notifyAll();
        }
        for (Link link : links) {
            if (link.damaged) {
                link.reset();
            }
        }
    }

    /** Connections open now. */
    public int connections() {
        return links.size();
    }

    /** Connections let in since the start. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections reset by {@link #refuse} since the start. */
    public long refused() {
        return refused.get();
    }

    /** Bytes passed on since the start. */
    public long forwardedBytes(Direction direction) {
        return forwarded.get(direction).get();
    }

    /** Bytes swallowed since the start: wait for it to grow, and the fault has hit something. */
    public long droppedBytes(Direction direction) {
        return dropped.get(direction).get();
    }

    @Override
    public void close() {
        closeQuietly(listener);
        cut();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                accept(listener.accept());
            } catch (IOException e) {
                // a connection that ended while it was made, or the listener was closed
            }
        }
    }

    private void accept(Socket client) throws IOException {
        boolean refuse;
        synchronized (faults) {
            refuse = refusing;
        }
        if (refuse || links.size() >= MAX_CONNECTIONS) {
            refused.incrementAndGet();
            resetQuietly(client);
            return;
        }
        Socket server = new Socket();
        try {
            server.connect(target);
        } catch (IOException e) {
            resetQuietly(server);
            resetQuietly(client);
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        accepted.incrementAndGet();
        Link link = new Link(client, server);
        links.add(link);
        daemon("fault-proxy-up", () -> link.pump(Direction.CLIENT_TO_SERVER));
        daemon("fault-proxy-down", () -> link.pump(Direction.SERVER_TO_CLIENT));
    }

    /** Waits out the delay; true when the chunk is to be swallowed. */
    private boolean swallows(Direction direction) throws InterruptedException {
        synchronized (faults) {
            long start = System.nanoTime();
            long left = delayNanos;
            while (left > 0) {
                faults.wait(left / 1_000_000, (int) (left % 1_000_000));
                left = delayNanos - (System.nanoTime() - start);
            }
            return blackholes.contains(direction);
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void resetQuietly(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // already closed
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // nothing to save
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private final InputStream fromClient;
        private final OutputStream toClient;
        private final InputStream fromServer;
        private final OutputStream toServer;
        private volatile boolean damaged;
        private volatile boolean halfOpen;

        /** Takes the streams at once: half open may come before a pump has begun, and a closed socket gives none. */
        private Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            this.fromClient = client.getInputStream();
            this.toClient = client.getOutputStream();
            this.fromServer = server.getInputStream();
            this.toServer = server.getOutputStream();
        }

        private void pump(Direction direction) {
            boolean up = direction == Direction.CLIENT_TO_SERVER;
            byte[] chunk = new byte[CHUNK];
            try {
                InputStream in = up ? fromClient : fromServer;
                OutputStream out = up ? toServer : toClient;
                int length = in.read(chunk);
                while (length >= 0) {
                    pass(direction, out, chunk, length);
                    length = in.read(chunk);
                }
            } catch (IOException e) {
                // an end like any other
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (up || !halfOpen) {
                reset();
            }
        }

        private void pass(Direction direction, OutputStream out, byte[] chunk, int length)
                throws IOException, InterruptedException {
            if (swallows(direction) || halfOpen) {
                damaged = true;
                dropped.get(direction).addAndGet(length);
            } else {
                // counted first: who has seen the bytes may already look at the counter
                forwarded.get(direction).addAndGet(length);
                out.write(chunk, 0, length);
            }
        }

        private void halfOpen() {
            halfOpen = true;
            damaged = true;
            closeQuietly(server);
        }

        private void reset() {
            resetQuietly(client);
            resetQuietly(server);
            links.remove(this);
        }
    }
}
