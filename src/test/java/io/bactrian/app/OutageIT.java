package io.bactrian.app;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.Journal;
import io.bactrian.testing.Conditions;
import io.bactrian.testing.FaultProxy;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** NATS is away: what that costs while it lasts, and what follows when it ends. */
@ExtendWith(NatsServerExtension.class)
class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RETRIES = "bactrian_publish_retries_total{reason=\"transport\"}";

    @TempDir
    Path directory;

    private TestGateway.Builder gateway(String url) {
        return TestGateway.with(directory.resolve("journal"))
                .set("bactrian.nats.servers", url)
                .set("bactrian.delivery.redeliveries", "0")
                .set("bactrian.delivery.backoff-initial", "10ms");
    }

    private static Journal journal(TestGateway gateway) {
        return JournalService.of(gateway.gateway().context()).journal();
    }

    private static List<String> accept(TestGateway gateway, String name, int count) {
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, count)
                .mapToObj(i -> gateway.sendAsync(gateway.event(name + "-" + i, "{}")))
                .collect(Collectors.toCollection(ArrayList::new));
        answers.forEach(answer ->
                assertThat(answer.join().statusCode()).as(answer.join().body()).isEqualTo(202));
        return IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    }

    private static void awaitPending(TestGateway gateway, long pending) {
        Conditions.await(
                PATIENCE, "pending " + pending, () -> journal(gateway).stats().pending() == pending);
    }

    private static Set<String> stored(NatsServer nats) {
        return nats.messages("EVENTS").stream().map(m -> m.header("ce-id")).collect(Collectors.toSet());
    }

    @Test
    void one_probe_at_a_time_goes_out_and_nothing_else_is_in_memory(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        try (FaultProxy proxy = FaultProxy.before(nats);
                TestGateway gateway = gateway(proxy.url()).start()) {
            proxy.refuse();
            proxy.cut();
            // When: intake goes on as if nothing were
            List<String> ids = accept(gateway, "outage", 500);
            Conditions.await(
                    PATIENCE,
                    "the window collapses",
                    () -> journal(gateway).stats().inFlight() <= 1);
            double before = gateway.metric(RETRIES);
            // Then: probes go on, one by one
            Conditions.await(PATIENCE, "probes", () -> {
                assertThat(journal(gateway).stats().inFlight()).isLessThanOrEqualTo(1);
                return gateway.metric(RETRIES) > before + 20;
            });
            assertThat(journal(gateway).stats().pending()).isEqualTo(500);
            // When
            proxy.heal();
            // Then
            awaitPending(gateway, 0);
            assertThat(stored(nats)).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void delivery_goes_on_as_soon_as_nats_answers_whatever_pause_was_left(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        try (FaultProxy proxy = FaultProxy.before(nats);
                TestGateway gateway = gateway(proxy.url())
                        .set("bactrian.delivery.backoff-initial", "24h")
                        .set("bactrian.delivery.backoff-max", "24h")
                        .start()) {
            // Given: a pause that would last for hours
            accept(gateway, "before", 1);
            awaitPending(gateway, 0);
            proxy.refuse();
            proxy.cut();
            accept(gateway, "outage", 100);
            Conditions.await(
                    PATIENCE,
                    "a failed try",
                    () -> journal(gateway).stats().inFlight() == 0 && gateway.metric(RETRIES) > 0);
            // When
            proxy.heal();
            // Then
            awaitPending(gateway, 0);
            assertThat(nats.messageCount("EVENTS")).isEqualTo(101);
        }
    }

    @Test
    void new_events_are_accepted_and_arrive_while_a_backlog_drains(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        try (FaultProxy proxy = FaultProxy.before(nats);
                TestGateway gateway = gateway(proxy.url()).start()) {
            // Given
            proxy.refuse();
            proxy.cut();
            List<String> ids = new ArrayList<>(accept(gateway, "backlog", 3_000));
            // When
            proxy.heal();
            for (int round = 0; round < 20; round++) {
                ids.addAll(accept(gateway, "new" + round, 100));
            }
            // Then
            awaitPending(gateway, 0);
            assertThat(stored(nats)).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void answers_that_do_not_come_hold_up_nobody_at_intake_and_the_events_arrive_once(NatsServer nats) {
        nats.createStream("EVENTS", "events.>");
        try (FaultProxy proxy = FaultProxy.before(nats);
                TestGateway gateway = gateway(proxy.url())
                        .set("bactrian.nats.publish-timeout", "300ms")
                        .start()) {
            accept(gateway, "before", 1);
            awaitPending(gateway, 0);
            // When: NATS takes what it gets, and is silent
            proxy.dropAnswers();
            List<String> ids = new ArrayList<>(accept(gateway, "silent", 200));
            Conditions.await(PATIENCE, "a deadline passes", () -> gateway.metric(RETRIES) > 0);
            ids.addAll(accept(gateway, "more", 200));
            proxy.heal();
            // Then
            awaitPending(gateway, 0);
            ids.add("before-0");
            assertThat(stored(nats)).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(nats.messageCount("EVENTS")).isEqualTo(401);
        }
    }
}
