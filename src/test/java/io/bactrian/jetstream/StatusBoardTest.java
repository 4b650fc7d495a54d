package io.bactrian.jetstream;

import java.util.ArrayList;
import java.util.List;

import io.nats.client.api.ServerInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A missing permission is news once, however often the server says it, until it is there again. */
class StatusBoardTest {
    private final StatusBoard board = new StatusBoard();

    StatusBoardTest() {
        board.connected(new ServerInfo("INFO {\"version\":\"2.9.10\",\"headers\":true,\"jetstream\":true}"));
    }

    @Test
    void a_denied_subject_is_news_once() {
        assertThat(board.publishDenied("events.a")).isTrue();
        assertThat(board.publishDenied("events.b")).isTrue();
        assertThat(board.publishDenied("events.a")).isFalse();
        assertThat(board.status().reason()).isEqualTo("no permission to publish to events.a");
    }

    @Test
    void it_is_news_again_when_it_was_allowed_in_between() {
        // Given
        board.publishDenied("events.a");
        board.publishDenied("events.b");
        // When
        board.acknowledged("events.a");
        // Then
        assertThat(board.status().reason()).isEqualTo("no permission to publish to events.b");
        assertThat(board.publishDenied("events.b")).isFalse();
        assertThat(board.publishDenied("events.a")).isTrue();
    }

    @Test
    void a_denied_inbox_is_news_once() {
        assertThat(board.inboxDenied()).isTrue();
        assertThat(board.inboxDenied()).isFalse();
    }

    @Test
    void a_listener_that_fails_keeps_no_news_from_others() {
        // Given
        List<String> told = new ArrayList<>();
        board.onChange(status -> {
            throw new IllegalStateException("for a test");
        });
        board.onChange(status -> told.add(status.reason()));
        // When
        board.disconnected("gone");
        // Then
        assertThat(told).containsExactly("gone");
        assertThat(board.status().connected()).isFalse();
    }

    @Test
    void it_does_not_grow_with_the_subjects() {
        for (int i = 0; i < 100_000; i++) {
            board.publishDenied("events." + i);
        }
        assertThat(board.publishDenied("events.99999")).isFalse();
    }
}
