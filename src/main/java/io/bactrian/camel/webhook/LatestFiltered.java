package io.bactrian.camel.webhook;

import java.util.List;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.http.LatestByWebhook;
import org.apache.camel.CamelContext;

/**
 * The latest events that webhooks did not want, so that a filter that drops too much is seen. Of each webhook the newest
 * {@code bactrian.http.rejected-kept}; all of them are counted ({@code bactrian_events_filtered_total}). Thread-safe.
 */
public final class LatestFiltered {

    private final LatestByWebhook<FilteredEvent> latest;

    private LatestFiltered(int size) {
        latest = new LatestByWebhook<>(size, FilteredEvent::at);
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
        latest.add(event.webhook(), event);
    }

    /**
     * @param webhook only those of this one; empty for all
     * @param limit at most so many
     * @return newest first
     */
    public List<FilteredEvent> newest(String webhook, int limit) {
        return latest.newest(webhook, limit);
    }
}
