package io.bactrian.admin;

import java.util.ArrayList;
import java.util.List;

import io.bactrian.journal.EventPage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeadGroupsTest {

    @Test
    void a_request_reads_no_more_pages_once_they_took_its_bytes() {
        // Given
        List<Long> asked = new ArrayList<>();

        // When
        long next = new DeadGroups()
                .fill(
                        at -> {
                            asked.add(at);
                            return new EventPage<>(List.of(), at - 1, 60);
                        },
                        100,
                        100);

        // Then
        assertThat(asked).containsExactly(100L, 99L);
        assertThat(next).isEqualTo(98);
    }
}
