package io.bactrian.journal;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BatchTest {

    private static final int MIB = 1 << 20;

    private static byte[] payload(int bytes, char content) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) content);
        return payload;
    }

    private static Reservation event(String id) {
        return Reservation.first(Key.of("/s", id));
    }

    private static byte[] content(Batch batch) {
        byte[] content = new byte[batch.bytes()];
        batch.buffer.duplicate().flip().get(content);
        return content;
    }

    private static void add(Batch batch, Reservation event, byte[] payload) {
        assertThat(batch.makeRoom(RecordFormat.occupied(payload.length))).isTrue();
        batch.add(event, payload);
    }

    @Test
    void takes_as_much_as_one_that_is_large_from_the_start_and_holds_the_same() {
        // Given
        Batch growing = new Batch(8 * MIB);
        Batch whole = new Batch(128 * MIB);

        // When
        for (Batch batch : new Batch[] {growing, whole}) {
            add(batch, event("a"), payload(300, 'a'));
            add(batch, event("b"), payload(3 * MIB, 'b'));
            for (int i = 0; i < 4; i++) {
                add(batch, event("c" + i), payload(MIB, 'c'));
            }
        }

        // Then
        assertThat(growing.bytes()).isEqualTo(whole.bytes()).isEqualTo(8 * MIB - growing.remaining());
        assertThat(content(growing)).isEqualTo(content(whole));
    }

    @Test
    void is_full_at_its_capacity() {
        // Given
        Batch batch = new Batch(2 * MIB);
        int payload = 2 * MIB - RecordFormat.HEADER;

        // When
        add(batch, event("a"), payload(payload, 'a'));

        // Then
        assertThat(batch.remaining()).isZero();
        assertThatThrownBy(() -> add(batch, event("b"), payload(1, 'b'))).isInstanceOf(RuntimeException.class);
        batch.clear();
        assertThat(batch.remaining()).isEqualTo(2 * MIB);
    }
}
