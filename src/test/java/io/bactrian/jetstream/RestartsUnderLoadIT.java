package io.bactrian.jetstream;

import java.util.Map;

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
            load.start();

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
            assertThat(stored.keySet()).containsAll(load.acknowledged());
            assertThat(stored.values()).containsOnly(1);
        }
    }
}
