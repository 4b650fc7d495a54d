package io.bactrian.camel.webhook;

import java.util.function.Function;

import io.bactrian.camel.config.ConfigurationException;
import io.bactrian.camel.config.Values;
import io.bactrian.webhook.Origins;
import io.bactrian.webhook.Rate;

/** Reads what configures access to an intake path; an error names the webhook, the parameter and what was expected. */
final class AccessValues {

    private AccessValues() {}

    static <T> T parse(String webhook, String parameter, String text, Function<String, T> parser) {
        try {
            return parser.apply(text.trim());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "webhook " + webhook + ": " + parameter + "=" + text + ": " + e.getMessage(), e);
        }
    }

    static Origins origins(String webhook, String text) {
        return parse(webhook, "allowedOrigins", text.isBlank() ? "*" : text, t -> Origins.of(Values.list(t)));
    }

    /** @return null for any rate */
    static Rate grantedRate(String webhook, String text) {
        return parse(webhook, "allowedRate", text, t -> t.isEmpty() || t.equals("*") ? null : Rate.perMinute(t));
    }
}
