package io.bactrian.jetstream;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MessageHeadersTest {

    @Test
    void what_is_written_is_what_jnats_would_write() {
        // Given
        Header first = new Header("ce-id", "1");
        Header second = new Header("Http-Empty", "");
        Headers jnats = new Headers();
        jnats.add("Nats-Msg-Id", "m");

        // When
        MessageHeaders alone = new MessageHeaders(new OutboundMessage("a", List.of(), new byte[0], "m"));
        MessageHeaders all =
                new MessageHeaders(new OutboundMessage("a", List.of(first, second), new byte[0], "m", "S"));

        // Then
        assertThat(alone.getSerialized()).isEqualTo(jnats.getSerialized());
        assertThat(new String(all.getSerialized(), StandardCharsets.US_ASCII))
                .isEqualTo("NATS/1.0\r\nce-id:1\r\nHttp-Empty:\r\nNats-Msg-Id:m\r\nNats-Expected-Stream:S\r\n\r\n");
    }

    @Test
    void they_are_written_where_they_belong_and_need_no_copy() {
        // Given
        MessageHeaders headers = new MessageHeaders(new OutboundMessage("a", List.of(), new byte[0], "m"));
        byte[] target = new byte[headers.serializedLength() + 2];

        // When
        int written = headers.serializeToArray(1, target);

        // Then
        assertThat(written).isEqualTo(headers.serializedLength()).isEqualTo(headers.getSerialized().length);
        assertThat(target).startsWith(0, 'N', 'A').endsWith('\r', '\n', 0);
        assertThat(headers.isReadOnly()).isTrue();
        assertThat(headers.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\r\nNats-Rollup: all", "h\u00e9", "\ud83d\ude00", "\u0100"})
    void a_value_that_would_end_the_line_or_is_no_ascii_is_refused(String value) {
        assertThatThrownBy(() -> headers(new Header("ce-a", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the value of ce-a has a character 0x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b", "a\nb", "\u00e9", "\u0100", "\u007f"})
    void a_name_that_is_none_is_refused(String name) {
        assertThatThrownBy(() -> headers(new Header(name, "v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has a character 0x");
    }

    @Test
    void a_header_without_a_name_is_refused() {
        assertThatThrownBy(() -> headers(new Header("", "v"))).hasMessageContaining("without a name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nats-Rollup", "nats-msg-id", "NATS-X"})
    void an_order_to_the_server_is_refused(String name) {
        assertThatThrownBy(() -> headers(new Header(name, "v"))).hasMessageContaining("is an order to the server");
    }

    private static MessageHeaders headers(Header header) {
        return new MessageHeaders(new OutboundMessage("a", List.of(header), new byte[0], "m"));
    }
}
