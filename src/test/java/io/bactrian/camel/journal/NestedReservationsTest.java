package io.bactrian.camel.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.cloudevents.InvalidCloudEventException;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Keys of a user's own around the append of events, which have keys of theirs. */
class NestedReservationsTest {

    private static final String ROUTES = """
            - route:
                id: nested
                from:
                  uri: direct:nested
                  steps:
                    - idempotentConsumer:
                        idempotentRepository: "#journal"
                        simple: ${header.id}
                        steps:
                          - to:
                              uri: direct:decided
            - route:
                id: decided
                errorHandler:
                  noErrorHandler: {}
                from:
                  uri: direct:decided
                  steps:
                    - setProperty:
                        name: BactrianEventKey
                        method:
                          ref: identity
                    - idempotentConsumer:
                        idempotentRepository: "#journal"
                        completionEager: true
                        exchangeProperty: BactrianEventKey
                        steps:
                          - process:
                              ref: perhaps
                          - to:
                              uri: journal:events
            - route:
                id: each
                from:
                  uri: direct:each
                  steps:
                    - idempotentConsumer:
                        idempotentRepository: "#journal"
                        simple: ${header.id}
                        steps:
                          - split:
                              simple: ${body}
                              stopOnException: true
                              steps:
                                - process:
                                    ref: perhaps
                                - to:
                                    uri: journal:events
            - route:
                id: once
                from:
                  uri: direct:once
                  steps:
                    - idempotentConsumer:
                        idempotentRepository: "#journal"
                        removeOnFailure: false
                        simple: ${header.id}
                        steps:
                          - process:
                              ref: perhaps
            """;

    /** What tells which event it is. */
    public static final class Identity {
        /** @return the key of the event */
        public String of(Exchange exchange) {
            return EventKey.of(exchange.getMessage().getBody(CloudEvent.class)).messageId();
        }
    }

    @TempDir
    private Path directory;

    private final AtomicInteger worked = new AtomicInteger();
    private int failAt = Integer.MAX_VALUE;
    private CamelContext context;

    @BeforeEach
    void start() throws Exception {
        context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.setProperty("bactrian.journal.directory", directory.toString());
        properties.setProperty("bactrian.journal.min-free", "0");
        properties.setProperty("bactrian.journal.segment-size", "1MiB");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("identity", new Identity());
        context.getRegistry().bind("perhaps", (org.apache.camel.Processor) exchange -> {
            if (worked.incrementAndGet() >= failAt) {
                throw new IllegalStateException("no luck");
            }
        });
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("own.yaml", ROUTES));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange send(String uri, String id, Object body) {
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            return template.to(uri).withHeader("id", id).withBody(body).send();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CloudEvent event(String id) throws InvalidCloudEventException {
        return CloudEvent.builder().id(id).source("/test").type("t").build();
    }

    private static Key key(CloudEvent event) {
        EventKey key = EventKey.of(event);
        return new Key(key.high(), key.low());
    }

    private Journal journal() {
        return JournalService.of(context).journal();
    }

    private boolean isKnown(String id) {
        return journal().contains(JournalRepository.keyOf(id));
    }

    @Test
    void a_failure_inside_frees_the_keys_of_both_and_the_repeat_is_stored() throws Exception {
        // Given
        failAt = 1;
        assertThat(send("direct:nested", "order-1", event("1")).isFailed()).isTrue();
        assertThat(isKnown("order-1")).isFalse();
        failAt = Integer.MAX_VALUE;

        // When
        Exchange repeat = send("direct:nested", "order-1", event("1"));

        // Then
        assertThat(repeat.isFailed()).isFalse();
        assertThat(journal().stats().pending()).isEqualTo(1);
    }

    @Test
    void both_keys_are_durable_after_a_success() throws Exception {
        // When
        send("direct:nested", "order-1", event("1"));

        // Then
        stop();
        start();
        assertThat(isKnown("order-1")).isTrue();
        assertThat(journal().find(key(event("1")))).isPresent();
        send("direct:nested", "order-1", event("1"));
        assertThat(worked).hasValue(1);
    }

    @Test
    void each_event_of_a_split_has_its_own_key_and_a_repeat_brings_those_that_are_missing() throws Exception {
        // Given
        List<CloudEvent> events = List.of(event("1"), event("2"), event("3"));
        failAt = 2;
        assertThat(send("direct:each", "batch-1", events).isFailed()).isTrue();
        failAt = Integer.MAX_VALUE;

        // When
        Exchange repeat = send("direct:each", "batch-1", events);

        // Then
        assertThat(repeat.isFailed()).isFalse();
        assertThat(events)
                .allSatisfy(event -> assertThat(journal().find(key(event))).isPresent());
        assertThat(journal().stats().pending()).isEqualTo(3);
        assertThat(isKnown("batch-1")).isTrue();
    }

    @Test
    void a_key_that_is_kept_after_a_failure_is_kept_over_a_restart() throws Exception {
        // Given
        failAt = 1;
        assertThat(send("direct:once", "a", "work").isFailed()).isTrue();

        // When
        stop();
        start();

        // Then
        assertThat(isKnown("a")).isTrue();
        assertThat(send("direct:once", "a", "work").isFailed()).isFalse();
        assertThat(worked).hasValue(1);
    }
}
