package io.bactrian.cloudevents;

import java.nio.ByteBuffer;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventKeyTest {
    // printf '\0\0\0\2/s\0\0\0\3\xc3\xa91' | sha256sum
    private static final String DIGEST = "f6a3c7ccf3b92a3ea03e8977310009b252c47c7b206937c81b76e9642d50f141";

    @Test
    void the_key_is_sha256_over_the_length_prefixed_source_and_id() {
        EventKey key = EventKey.of("/s", "é1");

        assertThat(ByteBuffer.allocate(16)
                        .putLong(key.high())
                        .putLong(key.low())
                        .array())
                .isEqualTo(HexFormat.of().parseHex(DIGEST.substring(0, 32)));
        assertThat(key.messageId())
                .isEqualTo("9qPHzPO5Kj6gPol3MQAJslLEfHsgaTfIG3bpZC1Q8UE")
                .hasSize(43)
                .isEqualTo(key.toString());
    }

    @Test
    void a_replay_has_a_message_id_of_its_own() {
        EventKey key = EventKey.of("/s", "1");

        assertThat(key.messageId(0)).isEqualTo(key.messageId());
        assertThat(key.messageId(12)).isEqualTo(key.messageId() + "#r12");
        assertThatThrownBy(() -> key.messageId(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void source_and_id_do_not_run_into_each_other() {
        assertThat(EventKey.of("ab", "c")).isNotEqualTo(EventKey.of("a", "bc"));
        assertThat(EventKey.of("a", "b")).isNotEqualTo(EventKey.of("b", "a"));
    }

    @Test
    void the_key_of_an_event_is_that_of_its_source_and_id_alone() throws Exception {
        CloudEvent one = CloudEvent.builder().id("1").source("/s").type("t").build();
        CloudEvent other = one.toBuilder().type("u").subject("x").build();

        assertThat(EventKey.of(one)).isEqualTo(EventKey.of("/s", "1")).hasSameHashCodeAs(EventKey.of(other));
        assertThat(EventKey.of(other)).isEqualTo(EventKey.of(one));
    }
}
