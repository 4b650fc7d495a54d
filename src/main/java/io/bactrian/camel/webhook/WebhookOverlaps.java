package io.bactrian.camel.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.bactrian.camel.http.PathPattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/** Webhooks that take events from each other: by a path that covers another, or by the same source and ids. */
public final class WebhookOverlaps {

    /** The scheme whose ids are those of an event, not of its delivery to one webhook, and whose source is the event's too. */
    private static final String SHARES_IDS = "github";

    private WebhookOverlaps() {}

    /** @return a line for each pair, of all webhooks of this context */
    public static List<String> of(CamelContext context) {
        List<String> lines = new ArrayList<>();
        definitions(context).forEach(route -> lines.addAll(of(context, route)));
        return lines;
    }

    /** @return a line for each webhook before this one that it overlaps with */
    static List<String> of(CamelContext context, RouteDefinition route) {
        List<String> lines = new ArrayList<>();
        if (!WebhookNaming.isWebhook(route)) {
            return lines;
        }
        for (RouteDefinition earlier : definitions(context)) {
            if (earlier == route) {
                break;
            }
            if (WebhookNaming.isWebhook(earlier)) {
                compare(earlier, route, lines);
            }
        }
        return lines;
    }

    private static void compare(RouteDefinition earlier, RouteDefinition later, List<String> lines) {
        String pattern = text(earlier, "path");
        String path = text(later, "path");
        if (PathPattern.of(pattern).covers(PathPattern.of(path))) {
            lines.add("webhook " + later.getId() + ": path=" + path + " gets no request: those are taken by path="
                    + pattern + " of webhook " + earlier.getId() + ", which comes before it");
        }
        if (hasSharedIds(earlier) && hasSharedIds(later)) {
            lines.add("webhook " + later.getId() + ": verify=" + SHARES_IDS
                    + " gives its events the same source and id as"
                    + " those of webhook " + earlier.getId() + ", so that what both are sent is kept once, under one"
                    + " subject; expected a source of its own, such as source=" + path);
        }
    }

    private static boolean hasSharedIds(RouteDefinition route) {
        return text(route, "verify").equals(SHARES_IDS)
                && text(route, "source").isEmpty()
                && text(route, "id").isEmpty();
    }

    private static String text(RouteDefinition route, String parameter) {
        Map<String, Object> parameters = route.getTemplateParameters();
        Object value = parameters.get(parameter);
        return value == null ? "" : value.toString().trim();
    }

    private static List<RouteDefinition> definitions(CamelContext context) {
        return List.copyOf(
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions());
    }
}
