package io.bactrian.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KeyIndexTest {

    private record Pair(long high, long low) {}

    @Test
    void behaves_like_a_map_whatever_is_put_and_removed() {
        for (long seed = 1; seed <= 20; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            KeyIndex index = new KeyIndex(seed);
            Map<Pair, Long> model = new HashMap<>();
            for (int i = 0; i < 50_000; i++) {
                Pair key = new Pair(random.nextInt(3), random.nextInt(4_000));
                // When
                if (random.nextInt(3) == 0) {
                    Long before = model.remove(key);
                    assertThat(index.remove(key.high, key.low)).isEqualTo(before == null ? 0 : before);
                } else {
                    long location = random.nextLong() | 1;
                    Long before = model.put(key, location);
                    assertThat(index.put(key.high, key.low, location)).isEqualTo(before == null ? 0 : before);
                }
            }
            // Then
            assertThat(index.size()).isEqualTo(model.size());
            model.forEach(
                    (key, location) -> assertThat(index.get(key.high, key.low)).isEqualTo(location));
        }
    }

    @Test
    void a_sweep_removes_what_does_not_stay_and_nothing_else() {
        // Given
        KeyIndex index = new KeyIndex(1);
        for (long key = 0; key < 100_000; key++) {
            index.put(key, -key, key + 1);
        }
        // When
        for (int table = 0; table < KeyIndex.TABLES; table++) {
            index.sweep(table, (high, low, location) -> high % 3 == 0);
        }
        // Then
        for (long key = 0; key < 100_000; key++) {
            assertThat(index.get(key, -key)).isEqualTo(key % 3 == 0 ? key + 1 : 0);
        }
    }

    @Test
    void a_key_takes_about_33_bytes_and_growing_is_done_in_small_steps() {
        // Given
        KeyIndex index = new KeyIndex(1);
        SplittableRandom random = new SplittableRandom(1);
        long largestStep = 0;
        long before = 0;
        for (int i = 0; i < 2_000_000; i++) {
            // When
            index.put(random.nextLong(), random.nextLong(), 1);
            largestStep = Math.max(largestStep, index.bytes() - before);
            before = index.bytes();
        }
        // Then
        assertThat(index.bytes() / (double) index.size()).isBetween(30.0, 39.0);
        assertThat(largestStep).isLessThan(index.bytes() / 500);
    }

    @Test
    void keys_that_meet_in_one_place_of_one_process_are_spread_in_another() {
        // Given: what a sender could find out about an index whose secret it knew
        KeyIndex known = new KeyIndex(1);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 2_000_000; i++) {
            known.put(random.nextLong(), random.nextLong(), 1);
        }
        List<Pair> hostile = new ArrayList<>();
        known.sweep(0, (high, low, location) -> hostile.add(new Pair(high, low)));
        assertThat(hostile).hasSizeGreaterThan(1_000);
        // When
        KeyIndex other = new KeyIndex(3);
        hostile.forEach(key -> other.put(key.high, key.low, 1));
        // Then
        int fullest = 0;
        for (int table = 0; table < KeyIndex.TABLES; table++) {
            int[] count = {0};
            other.sweep(table, (high, low, location) -> ++count[0] > 0);
            fullest = Math.max(fullest, count[0]);
        }
        assertThat(fullest).isLessThan(20);
    }
}
