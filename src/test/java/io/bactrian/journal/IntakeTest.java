package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The JVM has no direct memory left for the batch that has to grow. */
class IntakeTest {
    private static final Executor HERE = Runnable::run;
    private static final int MIB = 1 << 20;
    private static final Key KEY = Key.of("test", "a");

    private boolean exhausted;
    private final Core core = core();
    private final Intake intake = new Intake(core, new Queries(core));

    private Core core() {
        JournalConfig config = new JournalConfig(
                Path.of("none"),
                256 * MIB,
                0,
                16 * MIB,
                Duration.ZERO,
                Duration.ofHours(1),
                100,
                Duration.ofDays(1),
                false,
                8 * MIB);
        Core made = new Core(config, null, Clock.system(), HERE, 1);
        made.active = new Batch(8 * MIB, this::memory);
        return made;
    }

    private ByteBuffer memory(int bytes) {
        if (exhausted) {
            throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct buffer memory");
        }
        return ByteBuffer.allocate(bytes);
    }

    @Test
    void an_event_without_memory_is_refused_and_its_key_free() {
        // Given
        exhausted = true;
        // When
        CompletableFuture<Appended> answer = intake.append(KEY, new byte[2 * MIB], HERE);
        // Then
        assertRefused(answer);
        assertThat(core.active.events).isEmpty();
        // When
        exhausted = false;
        CompletableFuture<Appended> again = intake.append(KEY, new byte[2 * MIB], HERE);
        // Then
        assertThat(again).isNotDone();
        assertThat(core.active.events).hasSize(1);
    }

    @Test
    void a_reservation_without_memory_ends_and_fails_those_who_wait_for_it() {
        // Given
        Reservation reservation = intake.reserve(KEY);
        CompletableFuture<Appended> waiting = intake.durable(KEY, HERE);
        exhausted = true;
        // When
        CompletableFuture<Appended> answer = intake.append(reservation, new byte[2 * MIB], HERE);
        // Then
        assertRefused(answer);
        assertRefused(waiting);
        assertThat(intake.reserve(KEY).isNew()).isTrue();
    }

    @Test
    void a_list_without_memory_is_refused_as_a_whole() {
        // Given: the first of them would fit
        exhausted = true;
        Key other = Key.of("test", "b");
        // When
        CompletableFuture<List<Appended>> answer = intake.appendAll(
                List.of(new NewEvent(KEY, new byte[MIB / 2]), new NewEvent(other, new byte[MIB])), HERE);
        // Then
        assertRefused(answer);
        assertThat(core.active.events).isEmpty();
        assertThat(core.reservations).isEmpty();
    }

    private static void assertRefused(CompletableFuture<?> answer) {
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(JournalUnavailableException.class)
                .withMessageContaining("memory");
    }
}
