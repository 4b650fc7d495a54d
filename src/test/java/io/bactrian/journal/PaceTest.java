package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTest {
    private static final int SIZE = 1 << 20;

    private final Core core = new Core(
            SimulatedJournal.config(),
            new SimulatedDisk(new SplittableRandom(1)).open(),
            Clock.system(),
            Runnable::run,
            1);
    private final Pace pace = new Pace(core);

    private static Segment segment(long ordinal) {
        return new Segment(
                (int) ordinal, new Manifest.Entry(ordinal, Segment.positionOf(ordinal), 7, SIZE, Segment.LOG, 0), null);
    }

    @Test
    void a_segment_is_needed_while_there_is_none_to_write_to_or_to_roll_to() {
        assertThat(pace.isNeeded(SIZE / 2)).isTrue();

        core.segments.current = segment(1);
        assertThat(pace.isNeeded(SIZE / 2)).isTrue();

        core.segments.prepared.add(segment(2));
        assertThat(pace.isNeeded(SIZE / 2)).isFalse();
    }

    @Test
    void a_segment_is_needed_that_is_not_made_twice_as_far_as_the_one_before_is_filled() {
        core.segments.current = segment(1);
        core.segments.prepared.add(segment(2));

        core.segments.current.end = SIZE / 4;
        assertThat(pace.isNeeded(SIZE / 2)).isFalse();

        core.segments.current.end = SIZE / 4 + 1;
        assertThat(pace.isNeeded(SIZE / 2)).isTrue();
    }

    @Test
    void nobody_waits_for_a_rest_when_the_journal_closes_or_fails() {
        core.segments.current = segment(1);
        core.segments.prepared.add(segment(2));

        core.closing = true;
        assertThat(pace.isNeeded(SIZE / 2)).isTrue();

        core.closing = false;
        core.failing = "I/O error";
        assertThat(pace.isNeeded(SIZE / 2)).isTrue();
    }

    @Test
    @Timeout(10)
    void a_rest_ends_by_itself() {
        core.segments.current = segment(1);
        core.segments.prepared.add(segment(2));

        assertThat(pace.rest(SIZE / 2)).isTrue();
        assertThat(core.lock.isLocked()).isFalse();
    }

    @Test
    void there_is_no_rest_while_a_segment_is_needed() {
        assertThat(pace.rest(SIZE / 2)).isFalse();
    }

    @Test
    void a_large_file_is_made_in_pieces_with_rests_between(@TempDir Path directory) throws Exception {
        AtomicInteger rests = new AtomicInteger();
        int size = 3 * SIZE + 1000;

        try (DiskStorage storage = DiskStorage.lock(directory)) {
            StoredFile file = storage.create("large", size, made -> rests.incrementAndGet() % 2 == 0);

            assertThat(file.size()).isEqualTo(size);
            file.close();
        }

        assertThat(Files.readAllBytes(directory.resolve("large")))
                .isEqualTo(ByteBuffer.allocate(size).array());
        assertThat(rests).hasValue(12);
    }
}
