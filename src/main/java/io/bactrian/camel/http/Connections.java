package io.bactrian.camel.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections of a port, and their bound. Thread-safe. */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong warnAt = new AtomicLong(System.nanoTime());

    /** @param max connections at a time; what comes beyond is closed */
    Connections(int max) {
        this.max = max;
    }

    /** @return false when there are too many; then it is closed */
    boolean admit(Channel channel) {
        if (open.incrementAndGet() <= max) {
            channel.closeFuture().addListener(closed -> open.decrementAndGet());
            return true;
        }
        open.decrementAndGet();
        channel.close();
        refused.incrementAndGet();
        long now = System.nanoTime();
        long due = warnAt.get();
        if (now - due >= 0 && warnAt.compareAndSet(due, now + PAUSE_NANOS)) {
            LOG.warn(
                    "Connections are closed, there are bactrian.http.max-connections of them: open={} closed={}",
                    max,
                    refused);
        }
        return false;
    }

    int open() {
        return open.get();
    }
}
