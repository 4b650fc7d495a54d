package io.bactrian.camel.repair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.bactrian.camel.repair.StreamMarks.Repair;
import io.bactrian.cloudevents.EventKey;
import io.bactrian.jetstream.StoredAs;
import io.bactrian.jetstream.StreamPicture;
import io.bactrian.journal.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of {@code docs/jetstream.md}: what is lost and what is rightly gone. */
class LossRulesTest {

    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final EventKey EVENT = EventKey.of("/test", "1");
    private static final Key KEY = new Key(EVENT.high(), EVENT.low());

    private static StreamPicture stream(long first, long last, long deleted, String server) {
        return new StreamPicture(
                "EVENTS", List.of("events.>"), CREATED, first, last, deleted, false, 1, Duration.ofMinutes(2), server);
    }

    private static StreamMarks marks(long first, long last, long deleted) {
        return StreamMarks.unknown("EVENTS").seen(stream(first, last, deleted, "A"));
    }

    @ParameterizedTest(name = "{8}")
    @CsvSource({
        // before: first, last, deleted; highest acknowledged; now: first, last, deleted, server
        "1, 100, 0, 100, 1, 120, 0, A, it has grown, ",
        "1, 100, 0, 100, 101, 100, 0, A, it was purged, ",
        "1, 100, 0, 100, 90, 100, 0, A, its limits took the oldest, ",
        "1, 100, 0, 100, 1, 100, 3, A, an operator deleted three, ",
        "1, 100, 3, 100, 1, 100, 3, B, an operator had deleted three before a restart, ",
        "1, 100, 0, 100, 1, 60, 0, B, an older copy came back, SEQUENCE_REGRESSED",
        "1, 50, 0, 100, 1, 60, 0, B, it acknowledged more than there was at the last look, SEQUENCE_REGRESSED",
        "1, 100, 0, 100, 1, 100, 3, B, three are missing after a restart, MESSAGE_MISSING"
    })
    void a_stream_is_compared_with_what_it_was(
            long firstBefore,
            long lastBefore,
            long deletedBefore,
            long highest,
            long first,
            long last,
            long deleted,
            String server,
            String what,
            Amnesia expected) {
        // When
        Optional<Amnesia> found = LossRules.detect(
                marks(firstBefore, lastBefore, deletedBefore), highest, stream(first, last, deleted, server));

        // Then
        assertThat(found).as(what).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void another_time_of_creation_is_another_stream() {
        StreamPicture again = new StreamPicture(
                "EVENTS", List.of("events.>"), CREATED.plusMillis(1), 1, 500, 0, false, 1, Duration.ofMinutes(2), "A");
        assertThat(LossRules.detect(marks(1, 100, 0), 100, again)).contains(Amnesia.STREAM_RECREATED);
        assertThat(LossRules.detect(StreamMarks.unknown("EVENTS"), 100, again)).isEmpty();
    }

    @Test
    void where_messages_go_singly_or_replicas_heal_a_gap_says_nothing() {
        StreamPicture queue = new StreamPicture(
                "EVENTS", List.of("events.>"), CREATED, 1, 100, 3, true, 1, Duration.ofMinutes(2), "B");
        StreamPicture replicated = new StreamPicture(
                "EVENTS", List.of("events.>"), CREATED, 1, 100, 3, false, 3, Duration.ofMinutes(2), "B");
        assertThat(LossRules.detect(marks(1, 100, 0), 100, queue)).isEmpty();
        assertThat(LossRules.detect(marks(1, 100, 0), 100, replicated)).isEmpty();
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource({
        // reason, sequence, kept from, what is found, gaps count; the stream has 10 to 60
        "SEQUENCE_REGRESSED, 80, 1, none, false, beyond the last sequence, true",
        "SEQUENCE_REGRESSED, 30, 1, same, false, still there, false",
        "SEQUENCE_REGRESSED, 30, 1, other, false, its sequence was given to another, true",
        "SEQUENCE_REGRESSED, 30, 40, other, false, it was gone before, false",
        "SEQUENCE_REGRESSED, 5, 1, none, false, taken from the front, false",
        "SEQUENCE_REGRESSED, 30, 1, none, false, deleted in between, false",
        "MESSAGE_MISSING, 30, 1, none, true, lost in between, true",
        "STREAM_RECREATED, 30, 1, none, false, not in the new stream, true",
        "STREAM_RECREATED, 30, 1, same, false, published to the new stream already, false",
        "STREAM_RECREATED, 30, 40, none, false, gone from the old stream before, false"
    })
    void an_acknowledged_message_is_lost_or_rightly_gone(
            Amnesia reason, long sequence, long keptFrom, String found, boolean gaps, String what, boolean lost) {
        // Given
        Repair repair = new Repair(reason, Instant.now(), keptFrom, gaps);
        Optional<StoredAs> there =
                switch (found) {
                    case "none" -> Optional.empty();
                    case "same" -> Optional.of(new StoredAs(sequence, EVENT.messageId(), CREATED));
                    default ->
                        Optional.of(
                                new StoredAs(sequence, EventKey.of("/test", "2").messageId(), CREATED));
                };

        // When, Then
        assertThat(LossRules.isLost(repair, stream(10, 60, 0, "A"), sequence, KEY, 0, there))
                .as(what)
                .isEqualTo(lost);
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, #r1", "12, #r12"})
    void a_message_id_is_of_an_event_and_an_epoch(int epoch, String suffix) {
        String id = EVENT.messageId() + suffix;
        assertThat(EVENT.messageId(epoch)).isEqualTo(id);
        assertThat(LossRules.isOf(KEY, epoch, id)).isTrue();
        assertThat(LossRules.isOf(KEY, epoch + 1, id)).isFalse();
        assertThat(LossRules.isOf(new Key(KEY.high(), KEY.low() + 1), epoch, id))
                .isFalse();
        assertThat(LossRules.isOf(KEY, epoch, null)).isFalse();
        assertThat(LossRules.isOf(KEY, epoch, "not an id" + suffix)).isFalse();
        assertThat(LossRules.isOf(KEY, epoch, "c2hvcnQ" + suffix)).isFalse();
    }

    @Test
    void an_interrupted_repair_goes_on_with_the_wider_bounds_when_more_is_lost() {
        StreamMarks interrupted = marks(50, 100, 0)
                .repairing(stream(10, 60, 0, "B"), new Repair(Amnesia.SEQUENCE_REGRESSED, CREATED, 50, true));
        Repair again = LossRules.begin(Amnesia.SEQUENCE_REGRESSED, interrupted, stream(1, 20, 0, "B"), Instant.MAX);
        assertThat(again).isEqualTo(new Repair(Amnesia.SEQUENCE_REGRESSED, Instant.MAX, 10, true));
    }

    @Test
    void marks_are_read_as_they_were_written_and_damage_costs_no_start(@TempDir Path directory) throws IOException {
        // Given
        StreamMarks plain = marks(3, 9, 1);
        StreamMarks repairing = new StreamMarks("OTHER-ONE", null, 0, 0, 0, "", Instant.EPOCH, null)
                .repairing(stream(1, 2, 0, "B"), new Repair(Amnesia.STREAM_RECREATED, CREATED, 7, true));
        MarksFile file = new MarksFile(directory);

        // When
        file.write(List.of(plain, repairing));

        // Then
        assertThat(new MarksFile(directory).read().values()).containsExactly(plain, repairing);
        Files.writeString(directory.resolve("streams.properties"), "EVENTS.last=many\n");
        assertThat(new MarksFile(directory).read()).isEmpty();
    }
}
