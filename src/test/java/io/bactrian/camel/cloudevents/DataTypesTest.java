package io.bactrian.camel.cloudevents;

import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonFormat;
import io.bactrian.cloudevents.UnsupportedEventFormatException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.DataType;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The data types and converters, each in a route of its own kind: {@code transformDataType: {toType: …}}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataTypesTest {

    private static final Map<String, Object> BINARY = Map.of(
            "ce-specversion", "1.0",
            "ce-id", "1",
            "ce-source", "/s",
            "ce-type", "t",
            "CE-Subject", "Stra%C3%9Fe",
            "ce-traceparent", "00-1",
            "Content-Type", "text/plain");

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeAll
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String type : new String[] {"cloudevent", "structured", "binary", "camel-cloudevent"}) {
                    from("direct:" + type).transformDataType(new DataType("bactrian:" + type));
                }
                // camel-cloudevents' own type behind ours
                from("direct:camel-http")
                        .transformDataType(new DataType("bactrian:camel-cloudevent"))
                        .transformDataType(new DataType("http:application-cloudevents"));
            }
        });
        context.start();
    }

    @AfterAll
    void stop() {
        context.stop();
    }

    private Exchange send(String type, Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + type, exchange -> {
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
            exchange.getMessage().setBody(body);
        });
    }

    private static CloudEvent event() throws InvalidCloudEventException {
        return CloudEvent.builder()
                .id("1")
                .source("/s")
                .type("t")
                .subject("Straße")
                .attribute("traceparent", "00-1")
                .dataContentType("text/plain")
                .data("hallo".getBytes(UTF_8))
                .build();
    }

    private static void assertSame(Object actual, CloudEvent expected) {
        assertThat(actual).isInstanceOf(CloudEvent.class);
        CloudEvent event = (CloudEvent) actual;
        assertThat(event.attributeNames()).containsExactlyInAnyOrderElementsOf(expected.attributeNames());
        expected.attributeNames()
                .forEach(name -> assertThat(event.attribute(name)).isEqualTo(expected.attribute(name)));
        assertThat(event.data()).isEqualTo(expected.data());
    }

    @Test
    void binary_headers_become_an_event_and_are_gone_afterwards() throws Exception {
        // When
        Exchange done = send("cloudevent", "hallo", BINARY);
        // Then
        assertThat(done.getException()).isNull();
        assertSame(done.getMessage().getBody(), event());
        assertThat(done.getMessage().getHeaders()).doesNotContainKeys("ce-id", "CE-Subject", "Content-Type");
    }

    @Test
    void every_form_becomes_every_other_and_the_same_event_again() throws Exception {
        for (String form : new String[] {"structured", "binary", "camel-cloudevent", "cloudevent"}) {
            // Given
            Exchange written = send(form, event(), Map.of());
            assertThat(written.getException()).isNull();
            // When
            Exchange read = send(
                    "cloudevent",
                    written.getMessage().getBody(),
                    written.getMessage().getHeaders());
            // Then
            assertThat(read.getException()).as(form).isNull();
            assertSame(read.getMessage().getBody(), event());
        }
    }

    @Test
    void a_route_written_for_camel_cloudevents_keeps_working() throws Exception {
        // When
        Exchange done = send("camel-http", event(), Map.of());
        // Then
        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getHeader("ce-id")).isEqualTo("1");
        assertThat(done.getMessage().getHeader("ce-source")).isEqualTo("/s");
        assertThat(done.getMessage().getHeader("ce-type")).isEqualTo("t");
        assertThat(done.getMessage().getBody(String.class)).isEqualTo("hallo");
    }

    @Test
    void headers_of_camel_cloudevents_become_an_event() throws Exception {
        // When
        Exchange done = send(
                "cloudevent",
                "{\"a\":1}",
                Map.of(
                        "CamelCloudEventID", "7",
                        "CamelCloudEventSource", "/camel",
                        "CamelCloudEventType", "made",
                        "CamelCloudEventDataContentType", "application/json",
                        "Content-Type", "text/plain"));
        // Then
        CloudEvent event = done.getMessage().getBody(CloudEvent.class);
        assertThat(event.id()).isEqualTo("7");
        assertThat(event.source()).isEqualTo("/camel");
        assertThat(event.dataContentType()).isEqualTo("application/json");
        assertThat(event.data()).asString(UTF_8).isEqualTo("{\"a\":1}");
    }

    @Test
    void what_is_missing_is_named() {
        // When
        Exchange done = send("cloudevent", "x", Map.of("CamelCloudEventID", "7"));
        // Then
        assertThat(done.getException())
                .isInstanceOfSatisfying(InvalidCloudEventException.class, e -> assertThat(e.violations())
                        .extracting(violation -> violation.pointer())
                        .containsExactlyInAnyOrder("/source", "/type"));
    }

    @Test
    void a_body_that_camel_makes_no_bytes_of_is_named_and_never_an_event_without_data() {
        Map<String, Object> camel =
                Map.of("CamelCloudEventID", "7", "CamelCloudEventSource", "/s", "CamelCloudEventType", "t");
        for (Object body : new Object[] {Map.of("a", 1), 42, java.util.UUID.randomUUID(), new Object()}) {
            for (Map<String, Object> headers : List.of(BINARY, camel)) {
                for (String type : new String[] {"cloudevent", "structured", "binary", "camel-cloudevent"}) {
                    // When
                    Exchange done = send(type, body, headers);
                    // Then
                    assertThat(done.getException())
                            .as(type + " of " + body.getClass())
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(body.getClass().getName())
                            .hasMessageContaining("marshal the body first");
                }
            }
        }
    }

    @Test
    void no_body_is_no_data() throws Exception {
        // When
        Exchange done = send("cloudevent", null, BINARY);
        // Then
        assertThat(done.getMessage().getMandatoryBody(CloudEvent.class).data()).isNull();
    }

    @Test
    void a_header_without_a_value_is_no_attribute() throws Exception {
        // Given
        Map<String, Object> headers = new java.util.HashMap<>(BINARY);
        headers.put("CE-Subject", null);
        // When
        Exchange done = send("cloudevent", "hallo", headers);
        // Then
        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getMandatoryBody(CloudEvent.class).subject())
                .isNull();
    }

    @Test
    void an_event_of_another_version_is_refused() {
        // When
        Exchange done = send(
                "cloudevent",
                "x",
                Map.of(
                        "CamelCloudEventID", "7",
                        "CamelCloudEventSource", "/s",
                        "CamelCloudEventType", "t",
                        "CamelCloudEventVersion", "0.3"));
        // Then
        assertThat(done.getException())
                .isInstanceOfSatisfying(InvalidCloudEventException.class, e -> assertThat(e.violations())
                        .extracting(violation -> violation.pointer())
                        .containsExactly("/specversion"));
    }

    @Test
    void an_event_about_an_event_is_never_read_as_the_inner_one() throws Exception {
        // Given
        CloudEvent outer = event().toBuilder()
                .dataContentType("application/cloudevents+json")
                .data(JsonFormat.write(event().toBuilder().id("inner").build()))
                .build();
        // When
        Exchange binary = send("binary", outer, Map.of());
        // Then
        assertThat(binary.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("application/cloudevents+json")
                .hasMessageContaining("bactrian:structured");
        for (String form : new String[] {"structured", "camel-cloudevent"}) {
            // When
            Exchange written = send(form, outer, Map.of());
            Exchange read = send(
                    "cloudevent",
                    written.getMessage().getBody(),
                    written.getMessage().getHeaders());
            // Then
            assertSame(read.getMessage().getBody(), outer);
        }
    }

    @Test
    void a_batch_and_another_event_format_are_refused() {
        // When
        Exchange batch = send("cloudevent", "[]", Map.of("Content-Type", "application/cloudevents-batch+json"));
        Exchange avro = send("cloudevent", "x", Map.of("Content-Type", "application/cloudevents+avro"));
        // Then
        assertThat(batch.getException()).isInstanceOf(IllegalArgumentException.class);
        assertThat(avro.getException()).isInstanceOf(UnsupportedEventFormatException.class);
    }

    @Test
    void an_event_converts_to_its_json_and_back() throws Exception {
        // Given

        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(event());
        // When
        String json = exchange.getMessage().getBody(String.class);
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        byte[] stream = exchange.getMessage().getBody(java.io.InputStream.class).readAllBytes();
        // Then
        assertThat(json).contains("\"specversion\":\"1.0\"").contains("Straße");
        assertThat(bytes).isEqualTo(json.getBytes(UTF_8)).isEqualTo(stream);
        for (Object form : new Object[] {json, bytes, new java.io.ByteArrayInputStream(bytes)}) {
            exchange.getMessage().setBody(form);
            assertSame(exchange.getMessage().getMandatoryBody(CloudEvent.class), event());
        }
    }

    @Test
    void json_that_is_no_event_does_not_convert() {
        // Given
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody("{\"specversion\":\"1.0\"}");
        // When
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(
                () -> exchange.getMessage().getBody(CloudEvent.class));
        // Then
        assertThat(failure).hasRootCauseInstanceOf(InvalidCloudEventException.class);
    }
}
