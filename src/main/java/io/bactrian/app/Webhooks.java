package io.bactrian.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.config.ConfigurationException;

/** Looks over the webhook lines before Camel does, whose messages do not name the webhook. */
final class Webhooks {

    private static final Pattern LINE = Pattern.compile("(?i)camel\\.route-?template\\[([^\\]]+)]\\.(.+)");
    private static final Pattern NO_TEMPLATE = Pattern.compile("Cannot find RouteTemplate with id (.*)");
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{env:([A-Za-z0-9_]+)}}");

    private Webhooks() {}

    /** @throws ConfigurationException for the first webhook that something is wrong with */
    static void check(Settings settings) {
        of(settings).forEach((name, parameters) -> problems(name, parameters).stream()
                .findFirst()
                .ifPresent(problem -> {
                    throw new ConfigurationException(problem);
                }));
    }

    /**
     * @param failure of a start
     * @return the same, or what it means when it is Camel's word for a template that nobody has defined
     */
    static RuntimeException explained(RuntimeException failure, Settings settings) {
        Matcher unknown = NO_TEMPLATE.matcher(Causes.oneLine(failure));
        if (!unknown.matches()) {
            return failure;
        }
        return of(settings).entrySet().stream()
                .filter(webhook -> webhook.getValue().containsValue(unknown.group(1)))
                .findFirst()
                .<RuntimeException>map(webhook -> new ConfigurationException(
                        "webhook " + webhook.getKey() + ": templateId=" + unknown.group(1)
                                + ": expected webhook, or a template of your own in a file of --routes",
                        failure))
                .orElseGet(() -> new ConfigurationException(
                        "templatedRoute: routeTemplateRef=" + unknown.group(1)
                                + ": there is no such template; expected webhook, or one of your own in a file of --routes",
                        failure));
    }

    /** @return the parameters of the lines of each name, which need not be a webhook */
    static Map<String, Map<String, String>> of(Settings settings) {
        Map<String, Map<String, String>> webhooks = new TreeMap<>();
        settings.toProperties().forEach((key, value) -> {
            Matcher line = LINE.matcher(key.toString());
            if (line.matches()) {
                webhooks.computeIfAbsent(line.group(1), name -> new TreeMap<>()).put(line.group(2), value.toString());
            }
        });
        return webhooks;
    }

    /** @return whether these are the parameters of the template that Bactrian ships */
    static boolean isOurs(Map<String, String> parameters) {
        return "webhook".equals(parameters.get("templateId")) || "webhook".equals(parameters.get("template-id"));
    }

    /** Leaves out all lines of a name. */
    static void remove(String name, Settings settings) {
        settings.toProperties().stringPropertyNames().forEach(key -> {
            Matcher line = LINE.matcher(key);
            if (line.matches() && line.group(1).equals(name)) {
                settings.reset(key);
            }
        });
    }

    /** @return a line for each thing that is wrong */
    static List<String> problems(String name, Map<String, String> parameters) {
        List<String> problems = new ArrayList<>();
        parameters.forEach((parameter, value) -> {
            Matcher variable = VARIABLE.matcher(value);
            while (variable.find()) {
                if (System.getenv(variable.group(1)) == null) {
                    problems.add("webhook " + name + ": " + parameter + ": the environment variable "
                            + variable.group(1) + " is not set");
                }
            }
        });
        if (!parameters.containsKey("templateId") && !parameters.containsKey("template-id")) {
            problems.add("webhook " + name + ": templateId is missing; expected webhook, or a template of your own");
        }
        if (isOurs(parameters) && !parameters.containsKey("verify")) {
            problems.add("webhook " + name
                    + ": verify is missing; name who may send, or write none to take events from anybody");
        }
        return problems;
    }
}
