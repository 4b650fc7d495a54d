package io.bactrian.camel.journal;

import io.bactrian.journal.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StatusIdsTest {

    private final StatusIds ids = new StatusIds(new byte[16]);

    @Test
    void an_id_leads_back_to_its_key() {
        // Given
        Key key = new Key(0x0123456789abcdefL, -42);

        // When
        String id = ids.idOf(key);

        // Then
        assertThat(id).hasSize(22).matches("[A-Za-z0-9_-]+");
        assertThat(ids.keyOf(id)).contains(key);
    }

    @Test
    void another_installation_gives_the_same_event_another_id() {
        // Given
        byte[] other = new byte[16];
        other[0] = 1;

        // Then
        assertThat(new StatusIds(other).idOf(new Key(1, 2))).isNotEqualTo(ids.idOf(new Key(1, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAAA"})
    void what_is_no_id_leads_nowhere(String text) {
        assertThat(ids.keyOf(text)).isEmpty();
    }
}
