package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/**
 * Does what {@code run} does, on free ports and throw-away data, lets a few events through and ends. The build runs it
 * with {@code -XX:ArchiveClassesAtExit}, so that the class data archive holds what a start and the first requests need.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Start, take a few events and stop, all on throw-away data: for the class data archive.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {

    private static final int EVENTS = 20;
    private static final long LOOK_MILLIS = 20;
    private static final String TOKEN = "rehearsal";

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("bactrian-rehearsal");
        Optional<Path> program = NatsChild.program();
        NatsChild nats = program.isPresent() ? NatsChild.start(program.get(), 0, directory.resolve("nats")) : null;
        int port = ChildProcess.freePort();
        String[] arguments = arguments(directory, port, nats);
        Thread gateway = new Thread(() -> Bactrian.execute(arguments), "rehearsal");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(gateway, nats, directory), "rehearsal-end"));
        gateway.start();
        awaitStart(gateway, port);
        for (int event = 0; event < EVENTS; event++) {
            int status = post(port, "rehearsal-" + event);
            if (status != 202) {
                throw new IOException("the rehearsal was answered " + status);
            }
        }
        return 0;
    }

    private static String[] arguments(Path directory, int port, NatsChild nats) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + ChildProcess.freePort(),
                "-Dbactrian.journal.directory=" + directory.resolve("journal"),
                "-Dbactrian.journal.segment-size=1MiB",
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.events.token=" + TOKEN,
                "-Dbactrian.nats.create-stream=true",
                "-Dbactrian.nats.stream=EVENTS"));
        if (nats != null) {
            arguments.add("-Dbactrian.nats.servers=" + nats.url());
        }
        return arguments.toArray(String[]::new);
    }

    private static void awaitStart(Thread gateway, int port) throws IOException, InterruptedException {
        while (gateway.isAlive()) {
            try {
                if (post(port, null) == 400) {
                    return;
                }
            } catch (ConnectException e) {
                // not up yet
            }
            gateway.join(LOOK_MILLIS);
        }
        throw new IOException("the rehearsal did not start");
    }

    /**
     * @param id of the event, null for a request without one, which routes that run refuse
     * @return the status of the answer
     */
    private static int post(int port, String id) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/events").toURL().openConnection();
        request.setRequestMethod("POST");
        request.setDoOutput(true);
        request.setRequestProperty("Authorization", "Bearer " + TOKEN);
        request.setRequestProperty("Content-Type", "application/json");
        if (id != null) {
            request.setRequestProperty("ce-specversion", "1.0");
            request.setRequestProperty("ce-id", id);
            request.setRequestProperty("ce-source", "/rehearsal");
            request.setRequestProperty("ce-type", "io.bactrian.rehearsal");
        }
        try (var body = request.getOutputStream()) {
            body.write("{\"rehearsal\":true}".getBytes(StandardCharsets.UTF_8));
        }
        return request.getResponseCode();
    }

    /** As the JVM ends, beside the gateway that stops. */
    private static void clean(Thread gateway, NatsChild nats, Path directory) {
        try {
            gateway.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (nats != null) {
            nats.close();
        }
        try {
            ThrowAway.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
