package io.bactrian.camel.webhook;

import java.util.Map;
import java.util.Set;

import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.intake.ReadCloudEvent;
import io.bactrian.camel.journal.JournalService;

/**
 * Names that no webhook may have. Camel takes a route from a template for a new version of the one that has its id, so a
 * webhook {@code deliver} would be in the place of the route that publishes.
 */
public final class ReservedNames {

    /** Ids of the routes in {@code routes/}, which a test compares. */
    public static final Set<String> SHIPPED_ROUTES = Set.of(
            "accept",
            "admin-dead-groups",
            "admin-event-data",
            "admin-event-discard",
            "admin-event-replay",
            "admin-event-show",
            "admin-events-list",
            "admin-filtered",
            "admin-rejected",
            "admin-replay-cancel",
            "admin-replay-list",
            "admin-replay-show",
            "admin-replay-start",
            "dead-letter",
            "deliver",
            "describe",
            "forward",
            "ingest",
            "publish",
            "status");

    /** Values of the {@code webhook} label that are no webhook's, and what has them. */
    private static final Map<String, String> LABELS = Map.of(
            ReadCloudEvent.NAME, "the events of the CloudEvents endpoint have it",
            IntakeServer.UNKNOWN, "what is posted to no webhook is counted under it",
            JournalService.DEFAULT_NAME, "the events of routes of your own have it");

    private ReservedNames() {}

    /**
     * @param kind of route, such as {@code webhook}
     * @throws ConfigurationException when a shipped route has this id, whether it is switched on or off
     */
    public static void refuseShipped(String kind, String name) {
        if (SHIPPED_ROUTES.contains(name)) {
            throw new ConfigurationException(
                    kind + " " + name + ": this is the name of a shipped route; expected another name");
        }
    }

    /** @throws ConfigurationException when this is no name for a webhook */
    static void refuse(String name) {
        refuseShipped("webhook", name);
        if (LABELS.containsKey(name)) {
            throw new ConfigurationException(
                    "webhook " + name + ": this name is reserved: " + LABELS.get(name) + "; expected another name");
        }
    }
}
