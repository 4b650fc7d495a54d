package io.bactrian.camel.journal;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.bactrian.journal.Journal;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code #journal} in a YAML route of somebody's own, which appends nothing to the journal. */
class JournalRepositoryTest {

    private static final String ROUTE = """
            - route:
                id: once
                from:
                  uri: direct:once
                  steps:
                    - idempotentConsumer:
                        idempotentRepository: "#journal"
                        simple: ${header.id}
                        steps:
                          - process:
                              ref: work
            """;

    @TempDir
    private Path directory;

    private final AtomicInteger worked = new AtomicInteger();
    private boolean failing;
    private CamelContext context;

    @BeforeEach
    void start() throws Exception {
        context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.setProperty("bactrian.journal.directory", directory.toString());
        properties.setProperty("bactrian.journal.min-free", "0");
        properties.setProperty("bactrian.journal.segment-size", "1MiB");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("work", (org.apache.camel.Processor) exchange -> {
            if (failing) {
                throw new IllegalStateException("no luck");
            }
            worked.incrementAndGet();
        });
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("once.yaml", ROUTE));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void restart() throws Exception {
        stop();
        start();
    }

    private void send(String id) {
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            template.to("direct:once").withHeader("id", id).send();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private IdempotentRepository repository() {
        return context.getRegistry().lookupByNameAndType("journal", IdempotentRepository.class);
    }

    private Journal journal() {
        return JournalService.of(context).journal();
    }

    @Test
    void a_message_is_worked_on_once_also_after_a_restart() throws Exception {
        // When
        send("a");
        send("a");
        restart();
        send("a");
        // Then
        assertThat(worked).hasValue(1);
        assertThat(repository().contains("a")).isTrue();
        assertThat(journal().stats().pending()).isZero();
    }

    @Test
    void a_message_whose_work_failed_may_come_again() {
        // Given
        failing = true;
        send("a");
        assertThat(repository().contains("a")).isFalse();
        failing = false;
        // When
        send("a");
        // Then
        assertThat(worked).hasValue(1);
    }

    @Test
    void a_removed_key_may_come_again() throws Exception {
        // Given
        send("a");
        // When
        boolean removed = repository().remove("a");
        // Then
        assertThat(removed).isTrue();
        assertThat(repository().remove("a")).isFalse();
        restart();
        send("a");
        assertThat(worked).hasValue(2);
    }

    @Test
    void after_a_clear_every_key_may_come_again() throws Exception {
        // Given
        send("a");
        send("b");
        // When
        repository().clear();
        // Then
        assertThat(repository().contains("a")).isFalse();
        restart();
        send("a");
        send("b");
        assertThat(worked).hasValue(4);
    }

    @Test
    void add_without_an_exchange_makes_the_key_durable_at_once() throws Exception {
        // When
        assertThat(repository().add("a")).isTrue();
        assertThat(repository().add("a")).isFalse();
        // Then
        restart();
        assertThat(repository().contains("a")).isTrue();
        assertThat(repository().confirm("a")).isTrue();
    }

    @Test
    void stopping_the_route_leaves_the_journal_open() throws Exception {
        // When
        context.getRouteController().stopRoute("once");
        // Then
        assertThat(repository().add("a")).isTrue();
        context.getRouteController().startRoute("once");
        send("a");
        assertThat(worked).hasValue(0);
    }

    @Test
    void a_closed_journal_fails_the_exchange_and_does_no_work() {
        // Given
        journal().close();
        // When, Then
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            assertThatThrownBy(() ->
                            template.to("direct:once").withHeader("id", "a").request())
                    .isInstanceOf(CamelExecutionException.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void its_attributes_are_seen_by_jmx() throws Exception {
        // Given
        send("a");
        // When
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> names = server.queryNames(
                new ObjectName("org.apache.camel:context=" + context.getManagementName()
                        + ",type=services,name=JournalRepository*"),
                null);
        // Then
        assertThat(names).hasSize(1);
        ObjectName name = names.iterator().next();
        assertThat(server.getAttribute(name, "Keys")).isEqualTo(1L);
        assertThat(server.getAttribute(name, "Pending")).isEqualTo(0L);
        assertThat(server.getAttribute(name, "JournalStatus")).isEqualTo("OPEN");
        assertThat(server.invoke(name, "contains", new Object[] {"a"}, new String[] {"java.lang.String"}))
                .isEqualTo(true);
    }
}
