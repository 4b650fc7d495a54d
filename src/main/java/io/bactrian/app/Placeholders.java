package io.bactrian.app;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.config.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.util.StringHelper;

/**
 * Resolves the placeholders of our keys and of webhooks once, before anything is made of them: what Camel says of one
 * that cannot be resolved names neither key nor webhook, and may quote what a vault has answered.
 */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]+)(:[^{}]*)?}}");
    private static final Set<String> SECRET_PARAMETERS = Set.of("secret", "challengeToken");

    private final CamelContext context;

    /** @param context with its {@code camel.vault.*} in place */
    Placeholders(CamelContext context) {
        this.context = context;
    }

    /** @throws ConfigurationException for the first key or webhook with a placeholder that cannot be resolved */
    void check(Settings settings) {
        settings.toProperties().stringPropertyNames().stream()
                .filter(KnownKeys::isOurs)
                .sorted()
                .forEach(key -> check(key, settings.get(key)));
        Webhooks.of(settings).forEach((name, parameters) -> {
            if (Webhooks.isOurs(parameters)) {
                checkWebhook(name, parameters);
            }
        });
    }

    /** @throws ConfigurationException naming the key */
    void check(String key, String value) {
        Matcher placeholder = PLACEHOLDER.matcher(value);
        while (placeholder.find()) {
            boolean function = isFunction(key, placeholder.group(1), placeholder.group(2));
            if (!function && (key.endsWith(".token") || key.endsWith(".password"))) {
                refuseDefault(key, placeholder);
            }
        }
        BactrianConfig.of(context).find(key);
    }

    private void checkWebhook(String name, Map<String, String> parameters) {
        parameters.forEach((parameter, value) -> {
            String place = "webhook " + name + ": " + parameter;
            boolean secret = SECRET_PARAMETERS.contains(StringHelper.dashToCamelCase(parameter));
            Matcher placeholder = PLACEHOLDER.matcher(value);
            while (placeholder.find()) {
                if (isFunction(place, placeholder.group(1), placeholder.group(2))) {
                    resolve(place, placeholder.group());
                } else if (secret) {
                    refuseDefault(place, placeholder);
                    resolve(place, placeholder.group());
                }
                // whatever else is there may be a parameter of the template
            }
        });
    }

    private boolean isFunction(String place, String name, String remainder) {
        try {
            return remainder != null && context.getPropertiesComponent().getPropertiesFunction(name) != null;
        } catch (RuntimeException e) {
            // nothing was read yet that must not be shown
            throw new ConfigurationException(place + ": {{" + name + ":…}} cannot be used: " + e.getMessage(), e);
        }
    }

    /** Camel takes what follows the colon of an unknown name for a default: everybody could know that secret. */
    private static void refuseDefault(String place, Matcher placeholder) {
        if (placeholder.group(2) != null) {
            String name = placeholder.group(1);
            throw new ConfigurationException(place + ": nothing on the class path resolves {{" + name
                    + ":…}}; a secret takes no default. Is the component of that vault there?");
        }
    }

    private void resolve(String place, String text) {
        try {
            context.getPropertiesComponent().parseUri(text);
        } catch (RuntimeException e) {
            throw new ConfigurationException(place + ": " + BactrianConfig.unresolved(e));
        }
    }
}
