package io.bactrian.camel.jetstream;

import java.util.List;
import java.util.Map;

import io.bactrian.camel.EventProperties;
import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.cloudevents.JsonFormat;
import io.bactrian.jetstream.Header;
import io.bactrian.jetstream.OutboundMessage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

import static io.bactrian.jetstream.OutboundMessage.MAX_HEADER_BYTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class EventMessageTest {

    private static final Header STRUCTURED = new Header("Content-Type", "application/cloudevents+json; charset=utf-8");

    private static final CamelContext CONTEXT = new DefaultCamelContext();

    private static Exchange exchange(List<Map.Entry<String, String>> kept) {
        Exchange exchange = new DefaultExchange(CONTEXT);
        exchange.setProperty(EventProperties.KEPT_HEADERS, kept);
        return exchange;
    }

    private static CloudEvent.Builder event() {
        return CloudEvent.builder().id("1").source("/s").type("t");
    }

    private static OutboundMessage message(CloudEvent event, boolean structured, Exchange exchange) {
        return EventMessage.of(
                "events.a", event, structured, exchange, EventKey.of(event).messageId(), null);
    }

    /** An event whose header block in binary mode has so many bytes. */
    private static CloudEvent withHeadersOf(int bytes) throws InvalidCloudEventException {
        int without = message(event().subject("x").build(), false, exchange(List.of()))
                .headerBytes();
        return event().subject("x".repeat(bytes - without + 1)).build();
    }

    @Test
    void an_event_is_binary_as_long_as_a_stream_takes_its_headers() throws Exception {
        // When
        OutboundMessage message = message(withHeadersOf(MAX_HEADER_BYTES), false, exchange(List.of()));
        // Then
        assertThat(message.headerBytes()).isEqualTo(65_535);
        assertThat(message.headers()).contains(new Header("ce-id", "1")).noneMatch(header -> header.name()
                .equals("Content-Type"));
    }

    @Test
    void an_event_whose_headers_are_one_byte_larger_is_structured() throws Exception {
        CloudEvent event = withHeadersOf(MAX_HEADER_BYTES + 1);
        // When
        OutboundMessage message = message(event, false, exchange(List.of()));
        // Then
        assertThat(message.headers()).containsExactly(STRUCTURED);
        assertThat(JsonFormat.read(message.payload()).subject()).isEqualTo(event.subject());
        assertThat(EventMessage.problem(event, false, exchange(List.of()), null, Long.MAX_VALUE))
                .isNull();
    }

    @Test
    void headers_that_are_kept_and_do_not_fit_are_a_problem_in_either_mode() throws Exception {
        Exchange exchange = exchange(List.of(Map.entry("X-Long", "é".repeat(11_000))));
        for (boolean structured : new boolean[] {false, true}) {
            // When
            String problem = EventMessage.problem(event().build(), structured, exchange, null, Long.MAX_VALUE);
            // Then
            assertThat(problem).endsWith("bytes on NATS, which carries at most 65535");
        }
    }

    @Test
    void text_full_of_control_characters_is_known_to_be_large_before_it_is_sent() throws Exception {
        CloudEvent event =
                event().dataContentType("text/plain").data(new byte[300_000]).build();
        // When
        String structured = EventMessage.problem(event, true, exchange(List.of()), null, 1 << 20);
        String binary = EventMessage.problem(event, false, exchange(List.of()), null, 1 << 20);
        // Then
        assertThat(structured).isEqualTo("the event takes 1800223 bytes on NATS, which carries at most 1048576 there");
        assertThat(binary).isNull();
    }

    @Test
    void a_trace_that_w3c_does_not_allow_is_an_attribute_only() throws Exception {
        for (String state : new String[] {"x".repeat(513), "é", ""}) {
            CloudEvent event = event().attribute("tracestate", state).build();
            // When
            OutboundMessage message = message(event, false, exchange(List.of()));
            // Then
            assertThat(message.headers()).extracting(Header::name).contains("ce-tracestate");
            assertThat(message.headers()).extracting(Header::name).doesNotContain("tracestate");
        }
    }

    /** Rule C17: whatever an event of 64 KiB is made of, NATS carries it. */
    @Property(tries = 200)
    void an_event_of_64_kib_fits_into_a_message(@ForAll("events") CloudEvent event) throws Exception {
        // Given: events are read from documents of at most that size
        byte[] document = JsonFormat.write(event);
        if (document.length > 64 * 1024) {
            return;
        }
        for (boolean structured : new boolean[] {false, true}) {
            // When
            OutboundMessage message = message(JsonFormat.read(document), structured, exchange(List.of()));
            // Then
            assertThat(message.headerBytes()).isLessThanOrEqualTo(MAX_HEADER_BYTES);
            assertThat(message.size()).isLessThan(1 << 20);
        }
    }

    @Property(tries = 300)
    void a_message_is_never_larger_than_the_bound(
            @ForAll("events") CloudEvent event, @ForAll("kept") List<Map.Entry<String, String>> kept) {
        Exchange exchange = exchange(kept);
        for (boolean structured : new boolean[] {false, true}) {
            // When
            long headers = EventMessage.headerBound(event, exchange);
            boolean mode = structured || headers > MAX_HEADER_BYTES;
            OutboundMessage message = message(event, structured, exchange);
            // Then
            assertThat((long) message.headerBytes()).isLessThanOrEqualTo(headers);
            assertThat(message.size()).isLessThanOrEqualTo(headers + EventMessage.payloadBound(event, mode));
        }
    }

    @Provide
    Arbitrary<List<Map.Entry<String, String>>> kept() {
        Arbitrary<String> values =
                Arbitraries.strings().withChars('a', '\t', 'é', '€', '%').ofMaxLength(300);
        return Arbitraries.strings()
                .alpha()
                .ofMinLength(1)
                .ofMaxLength(30)
                .flatMap(name -> values.map(value -> Map.entry(name, value)))
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<CloudEvent> events() {
        Arbitrary<String> text = Arbitraries.integers().between(1, 8_000).flatMap(length -> Arbitraries.of(
                        "x", "\"", "\\", "%", "é", "中", "😀", "é a\"中")
                .map(unit -> unit.repeat(1 + length / unit.length())));
        Arbitrary<byte[]> data = Arbitraries.integers().between(0, 12_000).flatMap(length -> Arbitraries.of(
                        "\0", "\u001f", "\n", "x", "\"", "é", "{}", "\u007f")
                .map(unit -> unit.repeat(length).getBytes(UTF_8)));
        Arbitrary<String> type = Arbitraries.of("text/plain", "application/json", "application/x")
                .injectNull(0.2);
        return Combinators.combine(text, text.injectNull(0.5), text.injectNull(0.5), text.injectNull(0.5), type, data)
                .as(EventMessageTest::event);
    }

    private static CloudEvent event(
            String id, String subject, String state, String extension, String contentType, byte[] data) {
        try {
            return event().id(id)
                    .subject(subject)
                    .attribute("traceparent", state)
                    .attribute("tracestate", state)
                    .attribute("x", extension)
                    .dataContentType(contentType)
                    .data(data)
                    .build();
        } catch (InvalidCloudEventException e) {
            throw new AssertionError(e);
        }
    }
}
