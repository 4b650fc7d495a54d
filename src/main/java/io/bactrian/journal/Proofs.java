package io.bactrian.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * For each stream, the highest sequence that was proved after any moment: of all proofs only those that no later one exceeds.
 * Streams number their messages upwards, so these are about as many as there are proofs in disorder. Guarded by the journal's
 * lock.
 */
final class Proofs {
    /** Beyond, the oldest go: what is asked is mostly the newest. */
    private static final int MAX = 4096;

    private final Map<String, TreeMap<Long, LastPublished>> byStream = new HashMap<>();

    /** @param at when it became known, on the journal's clock */
    void add(Key key, int epoch, Published published, long at) {
        TreeMap<Long, LastPublished> proofs = byStream.computeIfAbsent(published.stream(), s -> new TreeMap<>());
        Map.Entry<Long, LastPublished> later = proofs.ceilingEntry(at);
        if (later != null && later.getValue().published().sequence() >= published.sequence()) {
            return;
        }
        Map.Entry<Long, LastPublished> exceeded = proofs.floorEntry(at);
        while (exceeded != null && exceeded.getValue().published().sequence() <= published.sequence()) {
            proofs.remove(exceeded.getKey());
            exceeded = proofs.floorEntry(at);
        }
        proofs.put(at, new LastPublished(key, epoch, published));
        if (proofs.size() > MAX) {
            proofs.pollFirstEntry();
        }
    }

    /** @param afterMillis proofs of that moment or before it do not count */
    LastPublished highest(String stream, long afterMillis) {
        TreeMap<Long, LastPublished> proofs = byStream.get(stream);
        Map.Entry<Long, LastPublished> first = proofs == null ? null : proofs.higherEntry(afterMillis);
        return first == null ? null : first.getValue();
    }

    Set<String> streams() {
        return Set.copyOf(byStream.keySet());
    }
}
