package io.bactrian.camel.webhook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.camel.config.BactrianConfig;
import org.apache.camel.CamelContext;

/**
 * The latest events that webhooks did not want, so that a filter that drops too much is seen. Of each webhook the newest
 * {@code bactrian.http.rejected-kept}; all of them are counted ({@code bactrian_events_filtered_total}). Thread-safe.
 */
public final class LatestFiltered {

    private final int size;
    private final Map<String, Deque<FilteredEvent>> byWebhook = new ConcurrentHashMap<>();

    private LatestFiltered(int size) {
        this.size = size;
    }

    /** @return those of this context, made on first use */
    public static LatestFiltered of(CamelContext context) {
        synchronized (context) {
            var extension = context.getCamelContextExtension();
            LatestFiltered found = extension.getContextPlugin(LatestFiltered.class);
            if (found == null) {
                found = new LatestFiltered(
                        BactrianConfig.of(context).integer("bactrian.http.rejected-kept", 0, 10_000));
                extension.addContextPlugin(LatestFiltered.class, found);
            }
            return found;
        }
    }

    void add(FilteredEvent event) {
        if (size == 0) {
            return;
        }
        Deque<FilteredEvent> kept = byWebhook.computeIfAbsent(event.webhook(), w -> new ArrayDeque<>());
        synchronized (kept) {
            if (kept.size() == size) {
                kept.removeLast();
            }
            kept.addFirst(event);
        }
    }

    /**
     * @param webhook only those of this one; empty for all
     * @param limit at most so many
     * @return newest first
     */
    public List<FilteredEvent> newest(String webhook, int limit) {
        List<FilteredEvent> all = new ArrayList<>();
        byWebhook.forEach((name, kept) -> {
            if (webhook.isEmpty() || webhook.equals(name)) {
                synchronized (kept) {
                    all.addAll(kept);
                }
            }
        });
        all.sort(Comparator.comparing(FilteredEvent::at).reversed());
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
