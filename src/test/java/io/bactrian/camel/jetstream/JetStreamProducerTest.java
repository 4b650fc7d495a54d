package io.bactrian.camel.jetstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.EventProperties;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.jetstream.ErrorClass;
import io.bactrian.jetstream.PublishException;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.api.ServerInfo;
import io.nats.client.impl.Headers;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Publishes to a connection that answers nothing. */
class JetStreamProducerTest {

    private static final ServerInfo SERVER =
            new ServerInfo("{\"server_id\":\"S\",\"headers\":true,\"max_payload\":1048576}");

    private final BlockingQueue<Headers> published = new LinkedBlockingQueue<>();
    private CamelContext context;
    private Error problem;

    private Connection connection() {
        return proxy(Connection.class);
    }

    private <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer(method.getName(), method.getReturnType(), arguments)));
    }

    private Object answer(String method, Class<?> type, Object[] arguments) {
        return switch (method) {
            case "getStatus" -> Connection.Status.CONNECTED;
            case "getServerInfo" -> SERVER;
            case "createInbox" -> "_INBOX.test";
            case "createDispatcher" -> dispatcher();
            case "publish" -> {
                published.add((Headers) arguments[2]);
                yield null;
            }
            default -> type == int.class ? (Object) 0 : type == boolean.class ? (Object) false : null;
        };
    }

    private Dispatcher dispatcher() {
        if (problem != null) {
            throw problem;
        }
        return proxy(Dispatcher.class);
    }

    @BeforeEach
    void start() {
        context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.setProperty("bactrian.nats.publish-timeout", "300ms");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("connection", connection());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange send(String property, String value) throws InvalidCloudEventException {
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            return template.to("jetstream:events.a")
                    .withProcessor(exchange -> {
                        exchange.getMessage().setBody(event());
                        exchange.getMessage().setHeader(EventProperties.STREAM, "EVENTS");
                        exchange.getMessage().setHeader(EventProperties.SEQUENCE, 17L);
                        exchange.getMessage().setHeader(EventProperties.DUPLICATE, false);
                        exchange.setProperty(property, value);
                    })
                    .send();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CloudEvent event() throws InvalidCloudEventException {
        return CloudEvent.builder().id("1").source("/test").type("t").build();
    }

    private String messageId() throws InterruptedException {
        Headers headers = published.poll(10, TimeUnit.SECONDS);
        assertThat(headers).isNotNull();
        return new String(headers.getSerialized(), US_ASCII)
                .lines()
                .filter(line -> line.startsWith("Nats-Msg-Id:"))
                .map(line -> line.substring("Nats-Msg-Id:".length()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_error_while_sending_fails_the_exchange_and_the_place_is_free_again() throws Exception {
        // Given
        problem = new OutOfMemoryError("for a test");

        // When
        Exchange exchange = send("any", "");

        // Then
        assertThat(exchange.getException(PublishException.class).errorClass()).isEqualTo(ErrorClass.TRANSPORT);
        assertThat(exchange.getProperty(EventProperties.PUBLISH_FAILURE)).isSameAs(exchange.getException());
        assertThat(NatsService.of(context).publisher().inFlight()).isZero();
    }

    @Test
    void a_publish_that_fails_has_no_puback_of_an_earlier_one() throws Exception {
        // When
        Exchange exchange = send("any", "");

        // Then
        assertThat(exchange.isFailed()).isTrue();
        assertThat(exchange.getMessage().getHeaders())
                .doesNotContainKeys(EventProperties.STREAM, EventProperties.SEQUENCE, EventProperties.DUPLICATE);
    }

    @Test
    void a_replayed_event_keeps_its_epoch_without_the_header_of_its_message_id() throws Exception {
        // Given
        String first = EventKey.of(event()).messageId();

        // When
        send(EventProperties.REPLAYED_ID, first + "#r2");
        String replayed = messageId();
        send(EventProperties.REPLAYED_ID, EventKey.of("/other", "1").messageId(2));
        String other = messageId();

        // Then
        assertThat(replayed).isEqualTo(first + "#r2");
        assertThat(other).isEqualTo(first);
    }
}
