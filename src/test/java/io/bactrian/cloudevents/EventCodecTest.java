package io.bactrian.cloudevents;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static io.bactrian.cloudevents.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventCodecTest {
    private static final String JSON =
            "{\"specversion\":\"1.0\",\"z\":7,\"id\":\"é\",\"source\":\"/s\",\"type\":\"t\",\"b\":true,"
                    + "\"datacontenttype\":\"text/x\",\"data\":\"hé\"}";

    @Test
    void an_event_comes_back_as_it_was_kept() throws Exception {
        CloudEvent event = JsonFormat.read(bytes(JSON));

        CloudEvent back = EventCodec.read(EventCodec.write(event));

        assertThat(JsonFormat.write(back)).isEqualTo(JsonFormat.write(event));
        assertThat(back.kind()).isEqualTo(DataKind.TEXT);
        assertThat(back.data()).isEqualTo(bytes("hé"));
    }

    @Test
    void version_1_is_these_bytes_for_ever() throws Exception {
        CloudEvent event = JsonFormat.read(bytes(JSON));

        assertThat(HexFormat.of().formatHex(EventCodec.write(event)))
                .isEqualTo("0102" + "06" + "00017a" + "01" + "0137" + "0100" + "02c3a9" + "0200" + "022f73" + "0300"
                        + "0174" + "000162" + "02" + "0474727565" + "0600" + "06746578742f78" + "04" + "68c3a9");
    }

    @Test
    void an_event_can_be_followed_by_other_things() throws Exception {
        CloudEvent event = JsonFormat.read(bytes(JSON));
        ByteBuffer buffer = ByteBuffer.allocate(EventCodec.size(event) + 6).putInt(9);
        EventCodec.write(event, buffer);
        buffer.putShort((short) 7).flip().position(4);

        CloudEvent back = EventCodec.read(buffer);

        assertThat(back.id()).isEqualTo("é");
        assertThat(buffer.getShort()).isEqualTo((short) 7);
        assertThat(EventCodec.read(buffer.array(), 4, buffer.limit() - 4).id()).isEqualTo("é");
    }

    @Test
    void no_data_and_empty_data_are_told_apart() throws Exception {
        CloudEvent.Builder event = CloudEvent.builder().id("1").source("/s").type("t");

        assertThat(EventCodec.read(EventCodec.write(event.build())).data()).isNull();
        assertThat(EventCodec.read(EventCodec.write(event.data(new byte[0]).build()))
                        .data())
                .isEmpty();
    }

    @Test
    void every_truncation_is_refused() throws Exception {
        byte[] kept = EventCodec.write(JsonFormat.read(bytes(JSON)));

        for (int length = 0; length < kept.length; length++) {
            byte[] cut = Arrays.copyOf(kept, length);
            assertThatThrownBy(() -> EventCodec.read(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void every_flipped_byte_gives_an_event_or_is_refused() throws Exception {
        byte[] kept = EventCodec.write(JsonFormat.read(bytes(JSON)));
        int refused = 0;
        for (int at = 0; at < kept.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = kept.clone();
                flipped[at] ^= (byte) (1 << bit);
                try {
                    EventCodec.read(flipped);
                } catch (IllegalArgumentException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void a_newer_version_is_refused_by_number() throws Exception {
        byte[] kept = EventCodec.write(JsonFormat.read(bytes(JSON)));
        kept[0] = 2;

        assertThatThrownBy(() -> EventCodec.read(kept)).hasMessageContaining("version 2");
    }
}
