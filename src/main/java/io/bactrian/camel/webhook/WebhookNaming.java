package io.bactrian.camel.webhook;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.camel.http.IntakePath;
import io.bactrian.camel.http.IntakePaths;
import io.bactrian.camel.http.IntakeServer;
import io.bactrian.camel.intake.ReadCloudEvent;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.camel.observe.Meters;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each route made from the {@code webhook} template its name, which is the route id, and its default path, and
 * refuses parameters that the template does not have: Camel itself takes any name, so that a mistyped {@code verfy}
 * would leave a default in force.
 */
public final class WebhookNaming extends ModelLifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookNaming.class);

    /** Id of the template. */
    static final String TEMPLATE = "webhook";

    /** A parameter of the template that only it has: a route does not remember which template made it. */
    static final String MARK = "bactrianTemplate";

    /** The parameters a user may give. */
    static final Set<String> PARAMETERS = Set.of(
            "path",
            "verify",
            "secret",
            "secretFile",
            "signedContent",
            "timestampHeader",
            "idHeader",
            "header",
            "algorithm",
            "encoding",
            "prefix",
            "tolerance",
            "id",
            "source",
            "type",
            "eventSubject",
            "split",
            "onlyTypes",
            "filter",
            "subject",
            "mode",
            "ack",
            "ackTimeout",
            "maxBody",
            "successStatus",
            "successBody",
            "keepHeaders",
            "publicUrl",
            "rate",
            "allowedOrigins",
            "allowedRate",
            "allowedSources",
            "allowedClients",
            "retired",
            "challenge",
            "challengeToken");

    /** Parameters that are no user's. */
    private static final Set<String> OWN = Set.of("name", "methods", MARK);

    private final CamelContext context;

    public WebhookNaming(CamelContext context) {
        this.context = context;
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (!isWebhook(route)) {
            return;
        }
        Map<String, Object> parameters = route.getTemplateParameters();
        String name = route.getId();
        if (name == null) {
            throw new ConfigurationException(
                    "a templatedRoute of the template webhook needs a routeId: it is its name");
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ConfigurationException(
                    "webhook " + name + ": expected a name of letters, digits, dots, hyphens and underscores");
        }
        ReservedNames.refuse(name);
        refuseUnknown(name, parameters.keySet());
        parameters.put("name", name);
        parameters.put("methods", text(parameters, "challenge").isEmpty() ? "POST,OPTIONS" : "GET,POST,OPTIONS");
        if (text(parameters, "path").isEmpty()) {
            parameters.put("path", IntakeServer.WEBHOOK_PREFIX + name);
        }
        addPath(name, text(parameters, "path"), maxBody(name, parameters));
        Meters.of(context).register(name);
        WebhookOverlaps.of(context, route).forEach(line -> LOG.warn("Webhooks overlap: {}", line));
    }

    @Override
    public void onRemoveRouteDefinition(RouteDefinition route) {
        if (route != null && isWebhook(route)) {
            IntakePaths.of(context).remove(text(route.getTemplateParameters(), "path"), route.getId());
        }
    }

    private void addPath(String name, String path, long maxBody) {
        String place = "webhook " + name + ": path=" + path + ": ";
        IntakePaths paths = IntakePaths.of(context);
        String taken = paths.like(path).map(IntakePath::label).orElse(name);
        if (taken.equals(ReadCloudEvent.NAME) || isOfEvents(path)) {
            throw new ConfigurationException(place + "this is bactrian.events.path, where CloudEvents are taken");
        }
        if (!taken.equals(name) && !taken.equals(JournalService.DEFAULT_NAME)) {
            throw new ConfigurationException(place + "webhook " + taken + " has the same path");
        }
        try {
            paths.add(new IntakePath(path, name, maxBody));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(place + e.getMessage(), e);
        }
    }

    /** Whether the route of the CloudEvents endpoint, which says its path only when it is built, will be there. */
    private boolean isOfEvents(String path) {
        BactrianConfig config = BactrianConfig.of(context);
        return config.find("bactrian.events.path").filter(path::equals).isPresent()
                && config.find("bactrian.events.enabled")
                        .filter("false"::equals)
                        .isEmpty()
                && context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                        .anyMatch(route -> "ingest".equals(route.getId()));
    }

    /** @return whether it was made from the template that Bactrian ships */
    public static boolean isWebhook(RouteDefinition route) {
        Map<String, Object> parameters = route.getTemplateParameters();
        return parameters != null && TEMPLATE.equals(parameters.get(MARK));
    }

    private static void refuseUnknown(String name, Set<String> given) {
        Set<String> unknown = new TreeSet<>();
        for (String parameter : given) {
            String camelCase = StringHelper.dashToCamelCase(parameter);
            if (!PARAMETERS.contains(camelCase) && !OWN.contains(camelCase)) {
                unknown.add(parameter);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ConfigurationException("webhook " + name + ": unknown parameter " + String.join(", ", unknown)
                    + "; known are " + String.join(", ", new TreeSet<>(PARAMETERS)));
        }
    }

    private long maxBody(String name, Map<String, Object> parameters) {
        String text = text(parameters, "maxBody");
        if (text.isEmpty()) {
            return BactrianConfig.of(context).bytes("bactrian.http.max-body", 1);
        }
        try {
            long bytes = Values.bytes(text);
            if (bytes < 1) {
                throw new IllegalArgumentException("expected at least 1 byte");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("webhook " + name + ": maxBody=" + text + ": " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, Object> parameters, String name) {
        Object value = parameters.get(name);
        return value == null ? "" : value.toString().trim();
    }
}
