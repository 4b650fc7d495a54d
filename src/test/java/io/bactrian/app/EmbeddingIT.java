package io.bactrian.app;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import io.bactrian.camel.http.AsyncHttpEngine;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The library inside somebody's own Camel application: a plain context, without camel-main. */
@ExtendWith(NatsServerExtension.class)
class EmbeddingIT {

    @TempDir
    Path directory;

    @Test
    @SuppressWarnings("try") // DefaultCamelContext.close may be interrupted
    void a_webhook_does_not_take_the_place_of_a_shipped_route() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            // Given
            for (String file : List.of("camel-template/webhook.yaml", "bactrian/deliver.yaml")) {
                Resource resource = ResourceHelper.resolveMandatoryResource(context, "classpath:" + file);
                PluginHelper.getRoutesLoader(context).loadRoutes(resource);
            }
            TemplatedRouteBuilder.builder(context, "webhook")
                    .routeId("deliver")
                    .parameter("verify", "none")
                    .add();

            // Then
            assertThatThrownBy(context::start)
                    .hasStackTraceContaining("webhook deliver: this is the name of a shipped route");
        }
    }

    @Test
    @SuppressWarnings("try") // DefaultCamelContext.close may be interrupted
    void a_plain_camel_context_gets_a_webhook_beside_its_own_routes() throws Exception {
        try (NatsServer nats = NatsServer.start();
                CamelContext context = new DefaultCamelContext()) {
            nats.createStream("EVENTS", "events.>");
            int port = NatsServer.freePort();

            // Given: what docs/embedding.md tells to write
            Properties properties = new Properties();
            properties.setProperty(
                    "bactrian.journal.directory", directory.resolve("journal").toString());
            properties.setProperty("bactrian.journal.min-free", "0");
            properties.setProperty("bactrian.journal.segment-size", "1MiB");
            properties.setProperty("bactrian.nats.servers", nats.url());
            context.getPropertiesComponent().setInitialProperties(properties);
            context.addService(new IntakeServer("127.0.0.1", port));
            context.getRegistry().bind("platform-http-engine", new AsyncHttpEngine(port));
            for (String file : List.of(
                    "camel-template/webhook.yaml",
                    "bactrian/accept.yaml",
                    "bactrian/forward.yaml",
                    "bactrian/deliver.yaml")) {
                Resource resource = ResourceHelper.resolveMandatoryResource(context, "classpath:" + file);
                PluginHelper.getRoutesLoader(context).loadRoutes(resource);
            }
            TemplatedRouteBuilder.builder(context, "webhook")
                    .routeId("orders")
                    .parameter("verify", "token")
                    .parameter("secret", "s3cret")
                    .add();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/own").routeId("own").setBody(constant("mine"));
                }
            });
            context.start();

            // When
            HttpClient client = HttpClient.newHttpClient();
            String base = "http://127.0.0.1:" + port;
            HttpResponse<String> own = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/own")).build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> hook = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/hooks/orders"))
                            .header("Authorization", "Bearer s3cret")
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"order\":1}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(own.body()).isEqualTo("mine");
            assertThat(hook.statusCode()).as(hook.body()).isEqualTo(202);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(1));
            assertThat(nats.messages("EVENTS").get(0).subject()).isEqualTo("events.orders");
            assertThat(nats.messages("EVENTS").get(0).text()).isEqualTo("{\"order\":1}");

            // When: an event that the application made itself, twice
            CloudEvent made = CloudEvent.builder()
                    .id("1")
                    .source("/own")
                    .type("made")
                    .data("x".getBytes(UTF_8))
                    .dataContentType("text/plain")
                    .build();
            String first = context.createProducerTemplate().requestBody("direct:bactrian-accept", made, String.class);
            String second = context.createProducerTemplate().requestBody("direct:bactrian-accept", made, String.class);

            // Then
            assertThat(first).contains("\"state\":\"accepted\"").contains("\"duplicate\":false");
            assertThat(second).contains("\"duplicate\":true");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(nats.messages("EVENTS")).hasSize(2));
            assertThat(nats.messages("EVENTS").get(1).subject()).isEqualTo("events.camel");
        }
    }
}
