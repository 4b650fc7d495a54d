package io.bactrian.jetstream;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Case 20 of the fault list: nats-server is killed in mid-window, again and again. */
class RestartsUnderLoadIT {

    @Test
    void twenty_kills_in_mid_window_leave_one_copy_of_each_and_no_wedge() {
        killed(20);
    }

    @Test
    @Tag("faults")
    void a_hundred_kills_in_mid_window_leave_one_copy_of_each_and_no_wedge() {
        killed(100);
    }

    private static void killed(int times) {
        try (Publishing publishing = new Publishing()) {
            // Given
            NatsServer server = publishing.server(NatsServer.start());
            server.createStream("EVENTS", "events.>");
            publishing.connect(server.url());
            Load load = new Load(publishing);
            load.fill();

            // When
            for (int i = 0; i < times; i++) {
                load.awaitProgress();
                server.kill();
                server.restart();
            }
            load.awaitProgress();
            load.stop();

            // Then
            Map<String, Integer> stored = server.countByMsgId("EVENTS");
            assertThat(stored.keySet()).containsAll(load.acknowledged);
            assertThat(stored.values()).containsOnly(1);
        }
    }

    /** Sixteen lanes; each publishes an id until it is acknowledged, then the next one. */
    private static final class Load {
        private static final int LANES = 16;

        private final Publishing publishing;
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private volatile boolean stopped;

        private Load(Publishing publishing) {
            this.publishing = publishing;
        }

        private void fill() {
            running.set(LANES);
            for (int i = 0; i < LANES; i++) {
                publish("id-" + next.getAndIncrement());
            }
        }

        private void publish(String id) {
            var unused = publishing.publish("events.a", id).whenCompleteAsync((ack, failure) -> {
                if (failure == null) {
                    acknowledged.add(id);
                }
                if (failure == null && stopped) {
                    running.decrementAndGet();
                } else {
                    publish(failure == null ? "id-" + next.getAndIncrement() : id);
                }
            });
        }

        private void awaitProgress() {
            int before = acknowledged.size();
            Conditions.await(Publishing.PATIENCE, "progress", () -> acknowledged.size() > before + 100);
        }

        private void stop() {
            stopped = true;
            Conditions.await(Duration.ofSeconds(30), "the lanes are empty", () -> running.get() == 0);
        }
    }
}
