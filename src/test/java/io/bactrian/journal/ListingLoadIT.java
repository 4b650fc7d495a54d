package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Lists of a large journal cost what a page costs, in memory and in bytes read. */
class ListingLoadIT {
    private static final int EVENTS = 300_000;
    private static final int BATCH = 1_000;
    private static final long BUDGET = 4L << 20;
    private static final long CHUNKS = 1L << 20;

    @TempDir
    private Path directory;

    private static EventQuery query(Set<State> states, long before, int limit) {
        return new EventQuery(states, null, null, null, false, before, limit, BUDGET);
    }

    private static EventQuery oldestFirst(long after) {
        return new EventQuery(EnumSet.allOf(State.class), null, null, null, true, after, 1000, BUDGET);
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void three_hundred_thousand_events_are_listed_page_by_page_in_flat_memory() {
        JournalConfig config = new JournalConfig(
                directory,
                1L << 30,
                0,
                16 << 20,
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                1_000_000,
                Duration.ofDays(30),
                false,
                32 << 20);
        try (Journal journal = Journal.open(config)) {
            // Given: every ten thousandth event is dead, the last thousand are pending, all others processed
            for (int batch = 0; batch < EVENTS / BATCH; batch++) {
                List<NewEvent> events = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    events.add(new NewEvent(Key.of("/load", batch + "-" + i), new byte[200]));
                }
                journal.appendAll(events, Runnable::run).join();
                for (int i = 0; i < BATCH && batch < EVENTS / BATCH - 1; i++) {
                    PendingEvent event = journal.next();
                    if (batch % 10 == 0 && i == 0) {
                        journal.dead(event, SimulatedJournal.FAILURE, Runnable::run)
                                .join();
                    } else {
                        journal.processed(event, new Published("EVENTS", event.sequence(), false, event.acceptedAt()));
                    }
                }
            }
            long heapBefore = usedHeap();

            // When
            int listed = 0;
            long largest = 0;
            long newest = Long.MAX_VALUE;
            for (long before = Long.MAX_VALUE; before != 0; ) {
                EventPage<Integer> page =
                        journal.list(query(EnumSet.allOf(State.class), before, 1000), ByteBuffer::remaining);
                for (EventPage.Item<Integer> item : page.items()) {
                    assertThat(item.state().sequence()).isLessThan(newest);
                    newest = item.state().sequence();
                }
                listed += page.items().size();
                largest = Math.max(largest, page.bytesRead());
                before = page.next();
            }

            // Then
            assertThat(listed).isEqualTo(EVENTS);
            assertThat(largest).as("bytes read for one page").isLessThan(BUDGET + CHUNKS);
            assertThat(usedHeap() - heapBefore)
                    .as("heap that lists leave behind")
                    .isLessThan(16L << 20);

            // When: the other way round
            listed = 0;
            largest = 0;
            long oldest = 0;
            for (long after = Long.MIN_VALUE; after != 0; ) {
                EventPage<Integer> page = journal.list(oldestFirst(after), ByteBuffer::remaining);
                for (EventPage.Item<Integer> item : page.items()) {
                    assertThat(item.state().sequence()).isGreaterThan(oldest);
                    oldest = item.state().sequence();
                }
                listed += page.items().size();
                largest = Math.max(largest, page.bytesRead());
                after = page.next();
            }

            // Then
            assertThat(listed).isEqualTo(EVENTS);
            assertThat(largest).as("bytes read for one page").isLessThan(BUDGET + CHUNKS);

            // When: few are wanted, so a page ends when the budget is used
            List<Integer> dead = new ArrayList<>();
            int pages = 0;
            int empty = 0;
            for (long before = Long.MAX_VALUE; before != 0; pages++) {
                EventPage<Integer> page =
                        journal.list(query(EnumSet.of(State.DEAD), before, 100), ByteBuffer::remaining);
                assertThat(page.bytesRead()).isLessThan(BUDGET + CHUNKS);
                empty += page.items().isEmpty() && page.next() != 0 ? 1 : 0;
                page.items().forEach(item -> dead.add(item.event()));
                before = page.next();
            }
            assertThat(dead).hasSize(EVENTS / BATCH / 10);
            assertThat(pages).as("short pages").isGreaterThan(10);
            assertThat(empty).as("empty pages with a cursor").isPositive();

            // When: pending ones are found without a look at segments that have none
            EventPage<Integer> pending =
                    journal.list(query(EnumSet.of(State.ACCEPTED), Long.MAX_VALUE, 1000), ByteBuffer::remaining);
            assertThat(pending.items()).hasSize(BATCH);
        }
    }
}
