package io.bactrian.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.bactrian.testing.Conditions;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code bactrian.nats.create-stream=true} creates what is missing, and only that. */
@ExtendWith(NatsServerExtension.class)
class CreateStreamIT {

    @TempDir
    Path directory;

    private TestGateway gateway(NatsServer nats) {
        return TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .set("bactrian.nats.create-stream", "true")
                .webhook("plain", "verify", "none")
                .webhook("own", "verify", "none", "subject", "own.{name}")
                .start();
    }

    private static StreamConfiguration created(NatsServer nats) {
        return Conditions.awaitValue(Duration.ofSeconds(20), "created", () -> {
            try {
                return nats.stream("EVENTS").getConfiguration();
            } catch (IllegalStateException e) {
                return null;
            }
        });
    }

    @Test
    void a_sound_stream_takes_the_subjects_of_all_webhooks(NatsServer nats) {
        try (TestGateway gateway = gateway(nats)) {
            // When
            StreamConfiguration stream = created(nats);

            // Then
            assertThat(stream.getSubjects()).containsExactly("events.>", "own.own");
            assertThat(stream.getStorageType()).isEqualTo(StorageType.File);
            assertThat(stream.getDiscardPolicy()).isEqualTo(DiscardPolicy.New);
            assertThat(stream.getDuplicateWindow()).isEqualTo(Duration.ofHours(2));
            assertThat(stream.getNoAck()).isFalse();
            assertThat(gateway.metric("bactrian_nats_connected")).isEqualTo(1);
        }
    }

    @Test
    void what_another_stream_has_is_left_to_it(NatsServer nats) {
        // Given
        nats.createStream("PLAIN", "events.plain");
        try (TestGateway gateway = gateway(nats)) {
            // When
            StreamConfiguration stream = created(nats);

            // Then
            Set<String> subjects = new TreeSet<>(stream.getSubjects());
            assertThat(subjects).containsExactly("events.cloudevents", "own.own");
            assertThat(gateway.metric("bactrian_nats_connected")).isEqualTo(1);
        }
    }

    @Test
    void a_pattern_that_would_overlap_is_narrowed(NatsServer nats) {
        // Given
        nats.createStream("OTHERS", "events.others");
        try (TestGateway gateway = gateway(nats)) {
            // When
            StreamConfiguration stream = created(nats);

            // Then
            assertThat(new TreeSet<>(stream.getSubjects()))
                    .containsExactly("events.cloudevents", "events.plain", "own.own");
            assertThat(gateway.metric("bactrian_nats_connected")).isEqualTo(1);
        }
    }
}
