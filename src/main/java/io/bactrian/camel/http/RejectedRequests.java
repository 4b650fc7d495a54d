package io.bactrian.camel.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.camel.config.BactrianConfig;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.CamelContext;

/**
 * The latest requests that were answered 4xx, so that a wrong secret or URL is found in a minute. Bounded: of each webhook
 * the newest {@code bactrian.http.rejected-kept}, and of one webhook and reason at most ten a second, so that a flood
 * neither costs much nor hides the others. All of them are counted ({@code bactrian_events_rejected_total}). Thread-safe.
 */
public final class RejectedRequests {

    private static final int A_SECOND = 10;
    private static final int MAX_HEADERS = 64;
    private static final int MAX_TEXT = 200;

    private final Clock clock;
    private final LatestByWebhook<RejectedRequest> latest;
    private final Map<String, Sampling> samplings = new ConcurrentHashMap<>();

    /** How many of one webhook and reason were kept in this second. */
    private static final class Sampling {
        private final Map<ProblemKind, Instant> windows = new HashMap<>();
        private final Map<ProblemKind, Integer> counts = new HashMap<>();

        private synchronized boolean mayKeep(ProblemKind kind, Instant now) {
            Instant window = windows.get(kind);
            // also when the clock was set back: nothing would be kept until it has caught up
            if (window == null
                    || now.isBefore(window)
                    || Duration.between(window, now).toMillis() >= 1000) {
                windows.put(kind, now);
                counts.put(kind, 0);
            }
            return counts.merge(kind, 1, Integer::sum) <= A_SECOND;
        }
    }

    /** @param size requests kept of each webhook; 0 keeps none */
    RejectedRequests(int size, Clock clock) {
        this.clock = clock;
        latest = new LatestByWebhook<>(size, RejectedRequest::at);
    }

    /** @return those of this context, made on first use */
    public static RejectedRequests of(CamelContext context) {
        synchronized (context) {
            var extension = context.getCamelContextExtension();
            RejectedRequests found = extension.getContextPlugin(RejectedRequests.class);
            if (found == null) {
                BactrianConfig config = BactrianConfig.of(context);
                found = new RejectedRequests(
                        config.integer("bactrian.http.rejected-kept", 0, 10_000), Clock.systemUTC());
                extension.addContextPlugin(RejectedRequests.class, found);
            }
            return found;
        }
    }

    void add(String webhook, Problem problem, HttpServerRequest request) {
        Instant now = clock.instant();
        if (!latest.keepsAny()
                || !samplings.computeIfAbsent(webhook, w -> new Sampling()).mayKeep(problem.kind(), now)) {
            return;
        }
        latest.add(
                webhook,
                new RejectedRequest(
                        now,
                        webhook,
                        problem.kind().slug(),
                        problem.kind().status(),
                        problem.detail(),
                        request.method().name(),
                        shortened(request.path()),
                        request.remoteAddress() == null
                                ? ""
                                : request.remoteAddress().hostAddress(),
                        redacted(request)));
    }

    private static List<Map.Entry<String, String>> redacted(HttpServerRequest request) {
        List<Map.Entry<String, String>> shown = new ArrayList<>();
        for (Map.Entry<String, String> header : request.headers()) {
            if (shown.size() == MAX_HEADERS) {
                break;
            }
            String value = header.getValue();
            shown.add(Map.entry(
                    shortened(header.getKey()),
                    HeaderPolicy.mayBeShown(header.getKey())
                            ? shortened(value)
                            : "(" + value.length() + " characters, not shown)"));
        }
        return shown;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    /**
     * @param webhook only those of this one; empty for all
     * @param limit at most so many
     * @return newest first
     */
    public List<RejectedRequest> newest(String webhook, int limit) {
        return latest.newest(webhook, limit);
    }
}
