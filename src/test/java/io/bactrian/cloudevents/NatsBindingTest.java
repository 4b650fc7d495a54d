package io.bactrian.cloudevents;

import org.junit.jupiter.api.Test;

import static io.bactrian.cloudevents.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;

class NatsBindingTest {
    private static CloudEvent event() throws InvalidCloudEventException {
        return CloudEvent.builder()
                .id("1")
                .source("/s")
                .type("t")
                .subject("Zoë \"100%\"")
                .dataContentType("text/plain")
                .attribute("seq", 7)
                .data(bytes("hé"))
                .build();
    }

    @Test
    void binary_mode_has_every_attribute_in_a_lower_case_header_and_no_content_type() throws Exception {
        NatsBinding.NatsMessage message = NatsBinding.binary(event());

        assertThat(message.headers())
                .containsExactly(
                        new NatsBinding.Header("ce-specversion", "1.0"),
                        new NatsBinding.Header("ce-id", "1"),
                        new NatsBinding.Header("ce-source", "/s"),
                        new NatsBinding.Header("ce-type", "t"),
                        new NatsBinding.Header("ce-subject", "Zo%C3%AB%20%22100%25%22"),
                        new NatsBinding.Header("ce-datacontenttype", "text/plain"),
                        new NatsBinding.Header("ce-seq", "7"));
        assertThat(message.payload()).isEqualTo(bytes("hé"));
    }

    @Test
    void structured_mode_has_one_header() throws Exception {
        NatsBinding.NatsMessage message = NatsBinding.structured(event());

        assertThat(message.headers())
                .containsExactly(new NatsBinding.Header("Content-Type", "application/cloudevents+json; charset=utf-8"));
        assertThat(message.payload()).isEqualTo(JsonFormat.write(event()));
    }

    @Test
    void an_event_without_data_has_an_empty_payload() throws Exception {
        CloudEvent event = event().toBuilder().data(null).build();

        assertThat(NatsBinding.binary(event).payload()).isEmpty();
    }
}
