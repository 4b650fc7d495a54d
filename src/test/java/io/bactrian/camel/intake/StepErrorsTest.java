package io.bactrian.camel.intake;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.bactrian.camel.EventProperties;
import io.bactrian.camel.StepFailedException;
import io.bactrian.camel.http.AsyncHttpEngine;
import io.bactrian.camel.http.IntakeRequest;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of a request in whose route the process has no memory left for a moment. All requests are on one event loop. */
class StepErrorsTest {

    @TempDir
    Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final IntakeServer server = new IntakeServer("127.0.0.1", 0);
    private final AsyncHttpEngine engine = new AsyncHttpEngine(0);
    private final AtomicBoolean hostile = new AtomicBoolean();
    private final List<Boolean> published = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Properties properties = new Properties();
        properties.setProperty(
                "bactrian.journal.directory", directory.resolve("journal").toString());
        properties.setProperty("bactrian.journal.min-free", "0");
        properties.setProperty("bactrian.journal.segment-size", "1MiB");
        properties.setProperty("bactrian.http.request-timeout", "3s");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("vertx", vertx);
        context.addService(server);
        context.getRegistry().bind("platform-http-engine", engine);
        for (String file : List.of("bactrian/accept.yaml", "bactrian/forward.yaml")) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "classpath:" + file));
        }
        context.getShutdownStrategy().setTimeout(1);
        IdempotentRepository journal = context.getRegistry().lookupByNameAndType("journal", IdempotentRepository.class);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("platform-http:/verified")
                        .routeId("verified")
                        .process(exchange -> breakOff())
                        .process(StepErrorsTest::event)
                        .to("direct:bactrian-accept");
                from("platform-http:/answered").routeId("answered").process(exchange -> exchange.getMessage()
                        .setHeader("Location", new Unspeakable()));
                from("platform-http:/silent")
                        .routeId("silent")
                        .process(StepErrorsTest::event)
                        .idempotentConsumer(exchangeProperty(EventProperties.EVENT_KEY), journal)
                        .completionEager(true)
                        .process(new Silent())
                        .to("journal:events")
                        .end();
                from("journal:events?backoffInitial=10ms&backoffMax=20ms")
                        .routeId("deliver")
                        .autoStartup(false)
                        .process(exchange -> {
                            breakOff();
                            exchange.setProperty("prepared", true);
                        })
                        .process(StepErrorsTest.this::publish);
                from("platform-http:/encoded")
                        .routeId("encoded")
                        .process(StepErrorsTest::event)
                        .process(exchange -> exchange.setProperty(EventProperties.KEPT_HEADERS, new Headers()))
                        .to("direct:bactrian-accept");
            }
        });
        context.start();
    }

    @AfterEach
    void close() throws IOException {
        context.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void breakOff() {
        if (hostile.getAndSet(false)) {
            throw new OutOfMemoryError("simulated");
        }
    }

    /** Kept headers that are not to be had while there is no memory: the event cannot be encoded. */
    private final class Headers extends AbstractList<Map.Entry<String, String>> {
        @Override
        public Map.Entry<String, String> get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            breakOff();
            return 0;
        }
    }

    /** A header that no answer can be made of. */
    private static final class Unspeakable {
        @Override
        public String toString() {
            throw new OutOfMemoryError("simulated");
        }
    }

    /** A step that never ends while there is no memory. */
    private final class Silent extends AsyncProcessorSupport {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (!hostile.getAndSet(false)) {
                callback.done(true);
                return true;
            }
            return false;
        }
    }

    private void publish(Exchange exchange) {
        published.add(exchange.getProperty("prepared") != null);
        exchange.getMessage().setHeader(EventProperties.STREAM, "EVENTS");
        exchange.getMessage().setHeader(EventProperties.SEQUENCE, (long) published.size());
    }

    private static void event(Exchange exchange) throws InvalidCloudEventException {
        IntakeRequest request = exchange.getProperty(IntakeRequest.PROPERTY, IntakeRequest.class);
        exchange.setProperty(EventProperties.COMPLETE_ON, request.eventLoop());
        CloudEvent event = CloudEvent.builder()
                .id(new String(request.body(), UTF_8))
                .source("/test")
                .type("tested")
                .build();
        exchange.setProperty(EventProperties.EVENT_KEY, EventKey.of(event).messageId());
        exchange.getMessage().setBody(event);
    }

    private int post(String path, String id) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path))
                                .POST(HttpRequest.BodyPublishers.ofString(id))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private long pending() {
        return JournalService.of(context).journal().stats().pending();
    }

    private void assertNothingIsLeft() {
        Awaitility.await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        assertThat(engine.inFlightBytes()).isZero();
        assertThat(context.getInflightRepository().size()).isZero();
    }

    @Test
    void what_a_step_could_not_verify_is_not_accepted() throws Exception {
        // When
        hostile.set(true);
        int unverified = post("/verified", "unverified");
        int next = post("/verified", "next");

        // Then
        assertThat(unverified).isEqualTo(503);
        assertThat(next).isEqualTo(202);
        assertThat(pending()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void an_event_that_could_not_be_encoded_is_accepted_when_it_comes_again() throws Exception {
        // When
        hostile.set(true);
        int first = post("/encoded", "same");
        int again = post("/encoded", "same");

        // Then
        assertThat(first).isEqualTo(503);
        assertThat(again).isEqualTo(202);
        assertThat(pending()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void what_cannot_be_answered_is_refused_rather_than_left_waiting() throws Exception {
        assertThat(post("/answered", "x")).isEqualTo(503);
        assertNothingIsLeft();
    }

    @Test
    void a_route_that_does_not_end_is_given_up_and_its_event_accepted_when_it_comes_again() throws Exception {
        // When
        hostile.set(true);
        int silent = post("/silent", "same");
        Awaitility.await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        int again = post("/silent", "same");

        // Then
        assertThat(silent).isEqualTo(503);
        assertThat(again).isEqualTo(200);
        assertThat(pending()).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void an_event_that_a_step_could_not_prepare_is_not_published_as_if_it_had() throws Exception {
        // Given
        post("/verified", "1");
        post("/verified", "2");

        // When
        hostile.set(true);
        context.getRouteController().startRoute("deliver");

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(pending()).isZero());
        assertThat(published).containsExactly(true, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bactrianHandshake",
                "bactrianVerifyEvents",
                "bactrianAdmit",
                "bactrianReadCloudEvent",
                "bactrianTrace",
                "bactrianIdentify",
                "bactrianSources",
                "bactrianFits",
                "bactrianPrepare",
                "bactrianForwarded",
                "bactrianNatsProblem"
            })
    void an_error_in_a_shipped_step_is_an_exception(String step) throws Exception {
        // Given
        context.getPropertiesComponent().addOverrideProperty("bactrian.events.verify", "none");
        Processor processor = context.getRegistry().lookupByNameAndType(step, Processor.class);
        ServiceHelper.initService(processor);
        Exchange broken = (Exchange) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Exchange.class}, (proxy, method, x) -> {
                    throw new InternalError("simulated"); // one of memory would end the tests
                });

        // Then
        assertThatThrownBy(() -> processor.process(broken)).isInstanceOf(StepFailedException.class);
    }
}
