package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The PromQL of {@code config/alerts.yaml} and {@code config/dashboard.json}, and what it asks for. */
final class Queries {

    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:bactrian|jvm|process|system|logback)_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without)\\s*\\(([^)]*)\\)");

    /** What Prometheus itself adds to each series. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance", "le");

    private Queries() {}

    /** @return the rules of the alerts file, as they are written */
    static List<Map<String, Object>> alerts() throws IOException {
        return alerts(Path.of("config", "alerts.yaml"));
    }

    /** @return the same of another file */
    static List<Map<String, Object>> alerts(Path rulesFile) throws IOException {
        Map<?, ?> file =
                (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(rulesFile));
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object group : (List<?>) file.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<String, Object> named = new TreeMap<>();
                ((Map<?, ?>) rule).forEach((key, value) -> named.put(key.toString(), value));
                rules.add(named);
            }
        }
        return rules;
    }

    /** @return each query of the dashboard, by the title of its panel, with Grafana's variables replaced */
    static List<String> ofDashboard() throws IOException {
        List<String> queries = new ArrayList<>();
        JsonNode dashboard =
                TestGateway.JSON.readTree(Path.of("config", "dashboard.json").toFile());
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(target.get("expr").asText().replace("$__rate_interval", "5m"));
            }
        }
        return queries;
    }

    /** @return metric names in a query, with the labels that their selectors match on */
    static Map<String, Set<String>> selectors(String query) {
        Map<String, Set<String>> found = new TreeMap<>();
        Matcher selector = SELECTOR.matcher(query);
        while (selector.find()) {
            Set<String> labels = found.computeIfAbsent(selector.group(1), name -> new TreeSet<>());
            Matcher label = MATCHER.matcher(String.valueOf(selector.group(2)).replaceAll("\"[^\"]*\"", "\"\""));
            while (label.find()) {
                labels.add(label.group(1));
            }
            labels.removeAll(OF_PROMETHEUS);
        }
        return found;
    }

    /** @return labels that a query groups by */
    static Set<String> groupings(String query) {
        Set<String> labels = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(query);
        while (grouping.find()) {
            for (String label : List.of(grouping.group(1).split(",", -1))) {
                labels.add(label.strip());
            }
        }
        labels.removeAll(OF_PROMETHEUS);
        return labels;
    }
}
