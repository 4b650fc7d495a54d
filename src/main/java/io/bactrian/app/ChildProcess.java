package io.bactrian.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;

/** A process that this one has started: it gets a free port and is stopped in time, at the latest when this one ends. */
final class ChildProcess implements AutoCloseable {

    private final long stopSeconds;
    private final Thread atTheEnd = new Thread(this::stop, "bactrian-child-end");
    private Process process;

    /**
     * Starts it, and sees to its end first: whoever ends this process in between waits for that.
     *
     * @param stopSeconds how long it may take to end by itself before it is killed
     */
    ChildProcess(ProcessBuilder program, long stopSeconds) throws IOException {
        this.stopSeconds = stopSeconds;
        synchronized (this) {
            try {
                Runtime.getRuntime().addShutdownHook(atTheEnd);
            } catch (IllegalStateException e) {
                throw new IOException("this process ends", e);
            }
            process = program.start();
        }
    }

    /** A port of 127.0.0.1 that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits so long for its end, and says whether it came. */
    boolean endsWithin(long milliseconds) throws InterruptedException {
        return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atTheEnd);
        } catch (IllegalStateException e) {
            // the hook does the same
        }
    }

    private synchronized void stop() {
        if (process == null) {
            return; // it could not be started
        }
        process.destroy();
        try {
            if (!process.waitFor(stopSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
