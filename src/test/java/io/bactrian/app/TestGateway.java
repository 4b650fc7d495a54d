package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;

/** A whole gateway inside the test's process, on free ports, with a client to talk to it. */
final class TestGateway implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Gateway gateway;
    private final int managementPort;

    private TestGateway(Gateway gateway, int managementPort) {
        this.gateway = gateway;
        this.managementPort = managementPort;
    }

    /** Settings of a gateway under test, to which each test adds its own. */
    static final class Builder {
        private final Map<String, String> values = new LinkedHashMap<>();
        private Path routes;

        private Builder(Path journal) {
            set("bactrian.journal.directory", journal.toString());
            set("bactrian.journal.segment-size", "1MiB");
            set("bactrian.journal.max-size", "64MiB");
            set("bactrian.journal.min-free", "0");
            set("bactrian.events.verify", "none");
            set("bactrian.nats.servers", "nats://127.0.0.1:" + NatsServer.freePort());
            set("bactrian.delivery.backoff-max", "200ms");
            set("camel.server.host", "127.0.0.1");
            set("camel.server.port", "0");
            set("camel.management.port", String.valueOf(NatsServer.freePort()));
        }

        Builder set(String key, String value) {
            values.put(key, value);
            return this;
        }

        Builder nats(NatsServer server) {
            return set("bactrian.nats.servers", server.url());
        }

        /** A webhook of this name made from the template. */
        Builder webhook(String name, String... parametersAndValues) {
            set("camel.routeTemplate[" + name + "].templateId", "webhook");
            for (int i = 0; i < parametersAndValues.length; i += 2) {
                set("camel.routeTemplate[" + name + "]." + parametersAndValues[i], parametersAndValues[i + 1]);
            }
            return this;
        }

        Builder routes(Path folder) {
            routes = folder;
            return this;
        }

        TestGateway start() {
            Properties properties = new Properties();
            properties.putAll(values);
            Settings settings = Settings.load(List.of(), Map.of(), properties);
            Gateway gateway = new Gateway(settings, routes);
            gateway.start();
            return new TestGateway(gateway, Integer.parseInt(values.get("camel.management.port")));
        }
    }

    static Builder with(Path journal) {
        return new Builder(journal);
    }

    Gateway gateway() {
        return gateway;
    }

    int managementPort() {
        return managementPort;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    }

    /** A CloudEvent in binary mode. */
    HttpRequest.Builder event(String id, String body) {
        return request("/events")
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/test")
                .header("ce-type", "com.example.tested")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpRequest.Builder structured(String contentType, String body) {
        return request("/events").header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** Sends a request; the answer must be one that the OpenAPI description knows. */
    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            ApiDescription.shipped().check(answer, answer.uri().getPort() == managementPort);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> management(String path) {
        return send(managing(path));
    }

    /** A request to the management port. */
    HttpRequest.Builder managing(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> managing(String path, String body) {
        return send(managing(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The value of a metric as {@code /observe/metrics} shows it, or NaN when it is missing. */
    double metric(String nameAndLabels) {
        return metric(management("/observe/metrics"), nameAndLabels).orElse(Double.NaN);
    }

    static OptionalDouble metric(HttpResponse<String> metrics, String nameAndLabels) {
        return metrics.body()
                .lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
                .findFirst();
    }

    /** Waits until NATS is there. */
    void awaitConnected() {
        Conditions.await(Duration.ofSeconds(30), "connected to NATS", () -> metric("bactrian_nats_connected") == 1);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(response.body(), e);
        }
    }

    /** A new, empty folder below {@code parent}. */
    static Path folder(Path parent, String name) {
        try {
            return Files.createDirectories(parent.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of routes below {@code parent}, with one file more. */
    static Path routes(Path parent, String file, String yaml) {
        Path routes = folder(parent, "routes");
        try {
            Files.writeString(routes.resolve(file), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return routes;
    }

    @Override
    public void close() {
        gateway.stop();
    }
}
