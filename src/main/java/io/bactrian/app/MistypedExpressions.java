package io.bactrian.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.bactrian.camel.webhook.WebhookNaming;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.StringHelper;

/** Literals of webhooks that were hardly meant to be one: {@code heder:X-Kind} is the same text for every event. */
final class MistypedExpressions {

    private static final List<String> FORMS = List.of("header", "pointer", "query", "path", "simple");
    private static final List<String> PARAMETERS = List.of("source", "type", "eventSubject");

    private MistypedExpressions() {}

    /** @return a line for each */
    static List<String> of(CamelContext context) {
        List<String> lines = new ArrayList<>();
        for (RouteDefinition route :
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions()) {
            if (WebhookNaming.isWebhook(route)) {
                lines.addAll(of(route.getId(), route.getTemplateParameters()));
            }
        }
        return lines;
    }

    private static List<String> of(String webhook, Map<String, Object> parameters) {
        Map<String, String> byName = new TreeMap<>();
        parameters.forEach((name, value) -> byName.put(StringHelper.dashToCamelCase(name), String.valueOf(value)));
        List<String> lines = new ArrayList<>();
        String id = byName.getOrDefault("id", "").trim();
        if (!id.isEmpty() && id.indexOf(':') < 0) {
            lines.add("webhook " + webhook + ": id=" + id
                    + " is taken as it is written: every event but the first is a duplicate");
        }
        for (String parameter : PARAMETERS) {
            String value = byName.getOrDefault(parameter, "").trim();
            meant(value)
                    .ifPresent(form -> lines.add("webhook " + webhook + ": " + parameter + "=" + value
                            + " is taken as it is written, for every event; did you mean " + form + ":?"));
        }
        return lines;
    }

    /** @return the form that a literal is close to */
    static Optional<String> meant(String value) {
        String word = StringHelper.before(value, ":", "");
        if (word.isEmpty() || FORMS.contains(word)) {
            return Optional.empty();
        }
        return FORMS.stream()
                .filter(form -> KnownKeys.distance(word.toLowerCase(Locale.ROOT), form) <= form.length() / 3)
                .findFirst();
    }
}
