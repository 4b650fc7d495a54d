package io.bactrian.camel.journal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.CloudEvent;
import io.bactrian.cloudevents.JsonFormat;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventEnvelopeTest {

    private static EventEnvelope envelope() throws Exception {
        CloudEvent event = JsonFormat.read("""
                {"specversion":"1.0","id":"1","source":"/x","subject":"ö","type":"t","n":7,"data":{"a": 1.50}}""".getBytes(UTF_8));
        return new EventEnvelope(
                "github", "events.github", true, List.of(Map.entry("X-A", "1"), Map.entry("X-A", "2")), true, event);
    }

    @Test
    void what_was_written_is_read_again() throws Exception {
        // Given
        EventEnvelope envelope = envelope();

        // When
        EventEnvelope read = EventEnvelope.decode(envelope.encode());

        // Then
        assertThat(read.webhook()).isEqualTo("github");
        assertThat(read.subject()).isEqualTo("events.github");
        assertThat(read.structured()).isTrue();
        assertThat(read.ownKey()).isTrue();
        assertThat(read.keptHeaders()).containsExactly(Map.entry("X-A", "1"), Map.entry("X-A", "2"));
        assertThat(JsonFormat.write(read.event())).isEqualTo(JsonFormat.write(envelope.event()));
    }

    @Test
    void every_cut_and_another_version_are_refused() throws Exception {
        // Given
        byte[] bytes = envelope().encode();

        // Then
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> EventEnvelope.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        bytes[0] = 9;
        assertThatThrownBy(() -> EventEnvelope.decode(bytes)).hasMessageContaining("version 9");
    }
}
