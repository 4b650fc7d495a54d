package io.bactrian.camel.http;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Of each webhook the latest of what did not get in, in memory. Thread-safe. */
public final class LatestByWebhook<T> {

    private final int size;
    private final Function<T, Instant> time;
    private final Map<String, Deque<T>> byWebhook = new ConcurrentHashMap<>();

    /**
     * @param size kept of each webhook; 0 keeps none
     * @param time when one of them was
     */
    public LatestByWebhook(int size, Function<T, Instant> time) {
        this.size = size;
        this.time = time;
    }

    public boolean keepsAny() {
        return size > 0;
    }

    /** Forgets the oldest of this webhook when there is no place left. */
    public void add(String webhook, T one) {
        if (!keepsAny()) {
            return;
        }
        Deque<T> kept = byWebhook.computeIfAbsent(webhook, w -> new ArrayDeque<>());
        synchronized (kept) {
            if (kept.size() == size) {
                kept.removeLast();
            }
            kept.addFirst(one);
        }
    }

    /**
     * @param webhook only those of this one; empty for all
     * @param limit at most so many
     * @return newest first
     */
    public List<T> newest(String webhook, int limit) {
        List<T> all = new ArrayList<>();
        byWebhook.forEach((name, kept) -> {
            if (webhook.isEmpty() || webhook.equals(name)) {
                synchronized (kept) {
                    all.addAll(kept);
                }
            }
        });
        all.sort(Comparator.comparing(time).reversed());
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
