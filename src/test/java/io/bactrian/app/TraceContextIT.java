package io.bactrian.app;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.bactrian.testing.StoredMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The sender's trace goes on behind NATS. */
@ExtendWith(NatsServerExtension.class)
class TraceContextIT {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    @TempDir
    Path directory;

    private NatsServer nats;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        nats = NatsServer.start();
        nats.createStream("EVENTS", "events.>");
        gateway = TestGateway.with(directory)
                .nats(nats)
                .webhook("shop", "verify", "none")
                .webhook("straight", "verify", "none", "ack", "processed-only")
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        nats.close();
    }

    private StoredMessage only() {
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == 1);
        return nats.messages("EVENTS").get(0);
    }

    @Test
    void the_header_of_a_request_becomes_attributes_of_its_event_and_headers_of_the_message() {
        // When
        gateway.send(gateway.event("t-1", "{}")
                .header("traceparent", PARENT)
                .header("tracestate", "a=1")
                .header("tracestate", "b=2"));

        // Then
        StoredMessage message = only();
        assertThat(message.header("ce-traceparent")).isEqualTo(PARENT);
        assertThat(message.header("ce-tracestate")).isEqualTo("a=1,b=2");
        assertThat(message.header("traceparent")).isEqualTo(PARENT);
        assertThat(message.header("tracestate")).isEqualTo("a=1,b=2");
    }

    @Test
    void an_event_that_names_the_start_of_its_trace_keeps_it() {
        // When
        gateway.send(gateway.event("t-2", "{}").header("ce-traceparent", OTHER).header("traceparent", PARENT));

        // Then
        assertThat(only().header("ce-traceparent")).isEqualTo(OTHER);
        assertThat(only().header("traceparent")).isEqualTo(OTHER);
    }

    @Test
    void an_event_with_a_trace_state_of_its_own_is_left_as_it_is() {
        // When
        gateway.send(gateway.event("t-3", "{}")
                .header("ce-tracestate", "own=1")
                .header("traceparent", PARENT)
                .header("tracestate", "a=1"));

        // Then
        assertThat(only().header("ce-tracestate")).isEqualTo("own=1");
        assertThat(only().header("ce-traceparent")).isNull();
    }

    @Test
    void an_event_with_as_many_attributes_as_one_may_have_is_taken_without_it() {
        StringBuilder full =
                new StringBuilder("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":1");
        for (int i = 0; i < 252; i++) {
            full.append(",\"x").append(i).append("\":\"\"");
        }
        String event = full.append('}').toString();

        // When
        int single = gateway.send(gateway.structured("application/cloudevents+json", event)
                        .header("traceparent", PARENT))
                .statusCode();
        int batch = gateway.send(gateway.structured(
                                "application/cloudevents-batch+json",
                                "[" + event.replace("\"id\":\"1\"", "\"id\":\"2\"")
                                        + ",{\"specversion\":\"1.0\",\"id\":\"3\",\"source\":\"/s\",\"type\":\"t\"}]")
                        .header("Prefer", "handling=lenient")
                        .header("traceparent", PARENT))
                .statusCode();

        // Then
        assertThat(single).isEqualTo(202);
        assertThat(batch).isEqualTo(202);
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == 3);
        assertThat(nats.messages("EVENTS"))
                .extracting(message -> message.header("ce-traceparent"))
                .containsExactlyInAnyOrder(null, null, PARENT);
    }

    @Test
    void a_webhook_carries_it_through_the_journal_and_past_it() {
        for (String path : List.of("/hooks/shop", "/hooks/straight")) {
            // When
            gateway.send(gateway.request(path)
                    .header("traceparent", PARENT)
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
        }

        // Then
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == 2);
        assertThat(nats.messages("EVENTS"))
                .extracting(message -> message.header("ce-traceparent"))
                .containsOnly(PARENT);
    }

    @Test
    void every_event_of_a_batch_carries_it() {
        // When
        gateway.send(gateway.structured(
                        "application/cloudevents-batch+json",
                        "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"},"
                                + "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"/s\",\"type\":\"t\",\"traceparent\":\""
                                + OTHER + "\"}]")
                .header("traceparent", PARENT));

        // Then
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == 2);
        assertThat(nats.messages("EVENTS"))
                .extracting(message -> message.header("ce-traceparent"))
                .containsExactlyInAnyOrder(PARENT, OTHER);
    }

    @Test
    void a_malformed_header_is_ignored_and_never_a_reason_to_refuse() {
        List<String> malformed = List.of(
                "nonsense",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01");
        for (int i = 0; i < malformed.size(); i++) {
            // When
            int status = gateway.send(gateway.event("m-" + i, "{}").header("traceparent", malformed.get(i)))
                    .statusCode();

            // Then
            assertThat(status).as(malformed.get(i)).isEqualTo(202);
        }
        Awaitility.await().until(() -> nats.messageCount("EVENTS") == malformed.size());
        assertThat(nats.messages("EVENTS")).allSatisfy(message -> {
            assertThat(message.header("ce-traceparent")).isNull();
            assertThat(message.header("traceparent")).isNull();
        });
    }
}
