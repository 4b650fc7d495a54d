package io.bactrian.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.bactrian.testing.NatsServer;

/** Where gateway processes live, one after the other: a directory, two ports, and a client to talk to whoever is there. */
final class GatewayHome {

    private final Path directory;
    private final int port = NatsServer.freePort();
    private final int managementPort = NatsServer.freePort();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    GatewayHome(Path directory) {
        this.directory = directory;
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    GatewayProcess start(NatsServer nats, String... more) {
        return start(nats.url(), more);
    }

    /** Starts a gateway and waits until it is ready. */
    GatewayProcess start(String natsUrl, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-Dbactrian.events.verify=none",
                "-Dbactrian.journal.segment-size=4MiB",
                "-Dbactrian.journal.min-free=0",
                "-Dbactrian.nats.servers=" + natsUrl,
                "-Dbactrian.delivery.backoff-max=1s",
                "-Dcamel.server.host=127.0.0.1",
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + managementPort));
        arguments.addAll(List.of(more));
        return GatewayProcess.start(directory, arguments.toArray(String[]::new)).awaitReady(managementPort);
    }

    /** A CloudEvent in binary mode. */
    HttpRequest.Builder event(String id) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                .timeout(Duration.ofSeconds(30))
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/test")
                .header("ce-type", "t")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"" + id + "\"}"));
    }

    /** A request to the management port. */
    HttpRequest.Builder managing(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(30));
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return send(managing(path));
    }

    /** The value of a metric as {@code /observe/metrics} shows it. */
    double metric(String nameAndLabels) throws IOException, InterruptedException {
        return TestGateway.metric(management("/observe/metrics"), nameAndLabels).orElseThrow();
    }
}
