package io.bactrian.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import picocli.CommandLine.Command;

/**
 * Starts a gateway on free ports and throw-away data, lets a few events through and stops it. The build runs it with
 * {@code -XX:ArchiveClassesAtExit}, so that the class data archive holds what a start and the first requests need.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Start, take a few events and stop, all on throw-away data: for the class data archive.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {

    private static final int EVENTS = 20;
    private static final String TOKEN = "rehearsal";

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("bactrian-rehearsal");
        Optional<Path> program = NatsChild.program();
        NatsChild nats = program.isPresent() ? NatsChild.start(program.get(), 0, directory.resolve("nats")) : null;
        try {
            Gateway gateway = new Gateway(settings(directory, nats), null);
            gateway.start();
            try {
                for (int event = 0; event < EVENTS; event++) {
                    post(gateway.port(), event);
                }
            } finally {
                gateway.stop();
            }
        } finally {
            if (nats != null) {
                nats.close();
            }
            delete(directory);
        }
        return 0;
    }

    private static Settings settings(Path directory, NatsChild nats) throws IOException {
        Properties own = new Properties();
        own.setProperty("camel.server.host", "127.0.0.1");
        own.setProperty("camel.server.port", "0");
        own.setProperty("camel.management.port", String.valueOf(ChildProcess.freePort()));
        own.setProperty(
                "bactrian.journal.directory", directory.resolve("journal").toString());
        own.setProperty("bactrian.journal.segment-size", "1MiB");
        own.setProperty("bactrian.journal.min-free", "0");
        own.setProperty("bactrian.events.token", TOKEN);
        own.setProperty("bactrian.nats.create-stream", "true");
        own.setProperty("bactrian.nats.stream", "EVENTS");
        if (nats != null) {
            own.setProperty("bactrian.nats.servers", nats.url());
        }
        return Settings.load(List.of(), Map.of(), own);
    }

    private static void post(int port, int event) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/events").toURL().openConnection();
        request.setRequestMethod("POST");
        request.setDoOutput(true);
        request.setRequestProperty("Authorization", "Bearer " + TOKEN);
        request.setRequestProperty("Content-Type", "application/json");
        request.setRequestProperty("ce-specversion", "1.0");
        request.setRequestProperty("ce-id", "rehearsal-" + event);
        request.setRequestProperty("ce-source", "/rehearsal");
        request.setRequestProperty("ce-type", "io.bactrian.rehearsal");
        try (var body = request.getOutputStream()) {
            body.write("{\"rehearsal\":true}".getBytes(StandardCharsets.UTF_8));
        }
        int status = request.getResponseCode();
        if (status != 202) {
            throw new IOException("the rehearsal was answered " + status);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
