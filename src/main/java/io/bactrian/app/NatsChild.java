package io.bactrian.app;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A {@code nats-server -js} of our own, for development: on loopback, with its store below the data folder. */
final class NatsChild implements AutoCloseable {

    private static final long START_SECONDS = 10;
    private static final long STOP_SECONDS = 5;

    private final ChildProcess process;
    private final int port;
    private final Path log;

    private NatsChild(ChildProcess process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** @return the program on the PATH, or what {@code NATS_SERVER} names */
    static Optional<Path> program() {
        String named = System.getenv("NATS_SERVER");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(Pattern.quote(File.pathSeparator), -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, "nats-server");
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /**
     * @param port 0 for any free one
     * @throws IOException when it does not come up; the message names its log
     */
    static NatsChild start(Path program, int port, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int chosen = port == 0 ? ChildProcess.freePort() : port;
        Path log = directory.resolve("nats-server.log");
        ProcessBuilder server = new ProcessBuilder(List.of(
                        program.toString(),
                        "-js",
                        "-a",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(chosen),
                        "-sd",
                        directory.resolve("store").toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        NatsChild child = new NatsChild(new ChildProcess(server, STOP_SECONDS), chosen, log);
        try {
            child.awaitPort();
            return child;
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    private void awaitPort() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            if (process.endsWithin(20)) {
                throw new IOException("nats-server ended at once; see " + log);
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException e) {
                // not up yet
            }
        }
        throw new IOException("nats-server does not listen on port " + port + "; see " + log);
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.close();
    }
}
