package io.bactrian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.OrderedConsumerContext;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * A real nats-server of its own on a free port of 127.0.0.1, its JetStream store in a temporary directory. It keeps port
 * and store over {@link #stop}, {@link #kill} and {@link #restart}. The binary is the one named by the environment
 * variable {@code NATS_SERVER}, else {@code nats-server} on the PATH. The process ends with {@link #close} or the JVM.
 */
public final class NatsServer implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;
    private static final AtomicInteger nextPort = new AtomicInteger(new SplittableRandom().nextInt(PORTS));

    private final Path binary;
    private final Path directory;
    private final int port;
    private final String host;
    private final List<String> launcher;
    private final boolean jetStream;
    private final String adminUser;
    private final String adminPassword;
    private final Thread reaper = new Thread(this::reap, "nats-server-reaper");

    private String extraConfig;
    private volatile Process process;
    private Connection admin;
    private int starts;

    private NatsServer(Builder builder) throws IOException {
        binary = builder.binary;
        directory = builder.directory == null ? Files.createTempDirectory("nats-server") : builder.directory;
        port = builder.port == 0 ? freePort() : builder.port;
        host = builder.host;
        launcher = builder.launcher;
        jetStream = builder.jetStream;
        adminUser = builder.adminUser;
        adminPassword = builder.adminPassword;
        extraConfig = builder.extraConfig;
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /** Starts a server with JetStream and no authentication. */
    public static NatsServer start() {
        return builder().start();
    }

    /** Starts a server with JetStream and more lines of configuration. */
    public static NatsServer start(String extraConfig) {
        return builder().config(extraConfig).start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A port of 127.0.0.1 that was free a moment ago, and is none of those that the system gives to clients in the next one. */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(nextPort.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // the next one, then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@code nats://host:port}, the same for the life of this object. */
    public String url() {
        return "nats://" + host + ":" + port;
    }

    public int port() {
        return port;
    }

    /** JetStream's store; copy or damage it only while the server is down. */
    public Path storeDirectory() {
        return directory.resolve("store");
    }

    /** What the server has logged since its last start. */
    public String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM, and waits for the end. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** SIGKILL, and waits for the end. What the kernel has in its page cache survives. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGSTOP: the peer's kernel still acknowledges bytes, nobody answers. Ended by {@link #resume} or {@link #kill}. */
    public void suspend() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** SIGUSR2: tells the clients to go elsewhere, then closes their connections over {@code lame_duck_duration}. */
    public void lameDuck() {
        signal("USR2");
    }

    /** SIGHUP with new configuration lines: what nats-server can change while it runs (users, max_payload, ...). */
    public void reload(String newExtraConfig) {
        extraConfig = newExtraConfig;
        writeConfig();
        signal("HUP");
    }

    /** Stops the server when it runs, then starts it on the same port and store, and waits until it is ready. */
    public void restart() {
        if (isRunning()) {
            stop();
        }
        launch();
    }

    /** As {@link #restart()}, with other lines of configuration. */
    public void restart(String newExtraConfig) {
        extraConfig = newExtraConfig;
        restart();
    }

    /** The tests' own connection, past any proxy; it reconnects for ever. */
    public synchronized Connection admin() {
        if (admin == null) {
            try {
                admin = Nats.connect(options()
                        .server(url())
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(50))
                        .connectionTimeout(Duration.ofSeconds(10))
                        .errorListener(new QuietErrorListener())
                        .build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        return admin;
    }

    public JetStreamManagement management() {
        try {
            return admin().jetStreamManagement();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a stream on file storage with the server's defaults. */
    public StreamInfo createStream(String name, String... subjects) {
        return createStream(StreamConfiguration.builder()
                .name(name)
                .subjects(subjects)
                .storageType(StorageType.File)
                .build());
    }

    /** The same, of messages that have at most so many bytes, their headers included. */
    public StreamInfo createStreamUpTo(int messageSize, String name, String... subjects) {
        return createStream(StreamConfiguration.builder()
                .name(name)
                .subjects(subjects)
                .storageType(StorageType.File)
                .maximumMessageSize(messageSize)
                .build());
    }

    public StreamInfo createStream(StreamConfiguration configuration) {
        return call(() -> management().addStream(configuration));
    }

    public StreamInfo updateStream(StreamConfiguration configuration) {
        return call(() -> management().updateStream(configuration));
    }

    public void deleteStream(String name) {
        call(() -> management().deleteStream(name));
    }

    public void purgeStream(String name) {
        call(() -> management().purgeStream(name));
    }

    public StreamInfo stream(String name) {
        return call(() -> management().getStreamInfo(name));
    }

    /** How many messages the stream holds. */
    public long messageCount(String stream) {
        return stream(stream).getStreamState().getMsgCount();
    }

    /** All messages of a stream with their headers, in order. Not for work-queue streams. */
    public List<StoredMessage> messages(String stream) {
        return call(() -> {
            long count = messageCount(stream);
            List<StoredMessage> messages = new ArrayList<>((int) count);
            OrderedConsumerContext consumer =
                    admin().getStreamContext(stream).createOrderedConsumer(new OrderedConsumerConfiguration());
            while (messages.size() < count) {
                int batch = (int) Math.min(1000, count - messages.size());
                readBatch(consumer, batch, messages);
            }
            return messages;
        });
    }

    /** Those with this subject, in order. */
    public List<StoredMessage> messages(String stream, String subject) {
        return messages(stream).stream()
                .filter(message -> message.subject().equals(subject))
                .toList();
    }

    /** The first message of the event with this {@code ce-id}. */
    public StoredMessage message(String stream, String eventId) {
        return messages(stream).stream()
                .filter(message -> eventId.equals(message.header("ce-id")))
                .findFirst()
                .orElseThrow();
    }

    /** How many messages of the stream carry each {@code Nats-Msg-Id}. */
    public Map<String, Integer> countByMsgId(String stream) {
        Map<String, Integer> counts = new HashMap<>();
        for (StoredMessage message : messages(stream)) {
            counts.merge(message.messageId(), 1, Integer::sum);
        }
        return counts;
    }

    /** Ends the process and deletes the store. */
    @Override
    public synchronized void close() {
        if (admin != null) {
            try {
                admin.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        reap();
        Runtime.getRuntime().removeShutdownHook(reaper);
        deleteDirectory();
    }

    private static void readBatch(OrderedConsumerContext consumer, int batch, List<StoredMessage> into)
            throws Exception {
        FetchConsumeOptions options = FetchConsumeOptions.builder()
                .maxMessages(batch)
                .expiresIn(TimeUnit.SECONDS.toMillis(10))
                .build();
        int before = into.size();
        FetchConsumer fetch = consumer.fetch(options);
        try {
            Message message = fetch.nextMessage();
            while (message != null) {
                into.add(stored(message));
                message = fetch.nextMessage();
            }
        } finally {
            fetch.close();
        }
        if (into.size() == before) {
            throw new AssertionError("the stream gave no message for 10 s, read so far: " + before);
        }
    }

    private static StoredMessage stored(Message message) {
        Map<String, List<String>> headers = new HashMap<>();
        if (message.hasHeaders()) {
            message.getHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
        }
        return new StoredMessage(
                message.metaData().streamSequence(), message.getSubject(), Map.copyOf(headers), message.getData());
    }

    private Options.Builder options() {
        Options.Builder options = new Options.Builder();
        return adminUser == null ? options : options.userInfo(adminUser.toCharArray(), adminPassword.toCharArray());
    }

    private void launch() {
        starts++;
        writeConfig();
        try {
            List<String> command = new ArrayList<>(launcher);
            command.addAll(List.of(
                    binary.toString(), "-c", directory.resolve("server.conf").toString()));
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(logFile().toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Conditions.await(READY_TIMEOUT, "nats-server is ready", () -> {
            String log = log();
            if (!process.isAlive()) {
                throw new IllegalStateException("nats-server ended at start:\n" + log);
            }
            return log.contains("Server is ready");
        });
    }

    private void writeConfig() {
        String config = "host: " + host + "\nport: " + port + "\n"
                + (jetStream ? "jetstream { store_dir: \"" + storeDirectory() + "\" }\n" : "")
                + extraConfig + "\n";
        try {
            Files.writeString(directory.resolve("server.conf"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile() {
        return directory.resolve("server-" + starts + ".log");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nats-server did not end in 30 s");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void reap() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.onExit().join();
        }
    }

    private void deleteDirectory() {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    private interface NatsCall<T> {
        T run() throws Exception;
    }

    private static <T> T call(NatsCall<T> call) {
        try {
            return call.run();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (JetStreamApiException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** How a server is to be started. */
    public static final class Builder {
        private Path binary;
        private String extraConfig = "";
        private boolean jetStream = true;
        private String adminUser;
        private String adminPassword;
        private int port;
        private String host = "127.0.0.1";
        private List<String> launcher = List.of();
        private Path directory;

        private Builder() {}

        /** In a network namespace, at its address. */
        public Builder in(Network.Node node) {
            host = node.address();
            launcher = node.launcher();
            return this;
        }

        /** Another binary than the default one. */
        public Builder binary(Path path) {
            binary = path;
            return this;
        }

        /** Its files are in this directory, which is there and is deleted at the end, instead of a new one. */
        public Builder directory(Path path) {
            directory = path;
            return this;
        }

        /** Lines in nats-server's configuration language, after ours. */
        public Builder config(String lines) {
            extraConfig = lines;
            return this;
        }

        public Builder withoutJetStream() {
            jetStream = false;
            return this;
        }

        /** A fixed port instead of a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** What {@link NatsServer#admin} logs in with, when the configuration has authorization. */
        public Builder admin(String user, String password) {
            adminUser = user;
            adminPassword = password;
            return this;
        }

        /** Starts the server and waits until it is ready. */
        public NatsServer start() {
            if (binary == null) {
                binary = NatsBinary.standard();
            }
            try {
                NatsServer server = new NatsServer(this);
                try {
                    server.launch();
                } catch (RuntimeException | Error e) {
                    server.close();
                    throw e;
                }
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
