package io.bactrian.app;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.config.ConfigurationException;

/** Looks over the webhook lines before Camel does, whose messages do not name the webhook. */
final class Webhooks {

    private static final Pattern LINE = Pattern.compile("(?i)camel\\.route-?template\\[([^\\]]+)]\\.(.+)");
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{env:([A-Za-z0-9_]+)}}");

    private Webhooks() {}

    static void check(Settings settings) {
        Map<String, Map<String, String>> webhooks = new TreeMap<>();
        settings.toProperties().forEach((key, value) -> {
            Matcher line = LINE.matcher(key.toString());
            if (line.matches()) {
                webhooks.computeIfAbsent(line.group(1), name -> new TreeMap<>()).put(line.group(2), value.toString());
                variables(line.group(1), line.group(2), value.toString());
            }
        });
        webhooks.forEach((name, parameters) -> {
            boolean ours =
                    "webhook".equals(parameters.get("templateId")) || "webhook".equals(parameters.get("template-id"));
            if (ours && !parameters.containsKey("verify")) {
                throw new ConfigurationException("webhook " + name
                        + ": verify is missing; name who may send, or write none to take events from anybody");
            }
        });
    }

    private static void variables(String name, String parameter, String value) {
        Matcher variable = VARIABLE.matcher(value);
        while (variable.find()) {
            if (System.getenv(variable.group(1)) == null) {
                throw new ConfigurationException("webhook " + name + ": " + parameter + ": the environment variable "
                        + variable.group(1) + " is not set");
            }
        }
    }
}
