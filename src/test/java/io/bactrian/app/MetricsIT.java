package io.bactrian.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.http.ProblemKind;
import io.bactrian.testing.NatsServer;
import io.bactrian.testing.NatsServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code /observe/metrics} serves is the table of {@code docs/reference.md}, neither more nor less. */
@ExtendWith(NatsServerExtension.class)
class MetricsIT {

    /** Names that dashboards and alerts of users rest upon: written out here, so that no change of the page moves them. */
    private static final List<String> PROMISED = List.of(
            "bactrian_requests_total{webhook,status}",
            "bactrian_request_seconds{webhook}",
            "bactrian_events_accepted_total{webhook}",
            "bactrian_events_processed_total{webhook}",
            "bactrian_events_dead_total{webhook,reason}",
            "bactrian_events_duplicate_total{webhook}",
            "bactrian_duplicates_altered_total{webhook}",
            "bactrian_events_rejected_total{webhook,reason}",
            "bactrian_events_filtered_total{webhook}",
            "bactrian_events_republished_total{reason}",
            "bactrian_journal_pending",
            "bactrian_journal_oldest_pending_seconds",
            "bactrian_journal_bytes",
            "bactrian_journal_capacity_bytes",
            "bactrian_journal_append_seconds",
            "bactrian_journal_state{state}",
            "bactrian_journal_corrupt_records",
            "bactrian_journal_lost_records",
            "bactrian_publish_seconds",
            "bactrian_publish_retries_total{reason}",
            "bactrian_publish_in_flight",
            "bactrian_publish_in_flight_bytes",
            "bactrian_nats_connected",
            "bactrian_dedupe_keys");

    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

    @TempDir
    Path directory;

    /** One line of the page. */
    private record Sample(String name, Map<String, String> labels, double value) {}

    /** What a page says of one metric: its type, and the names of its labels. */
    private record Family(String type, Set<String> labels) {}

    /** A page of metrics, Bactrian's own only. */
    private record Page(Map<String, String> types, List<Sample> samples) {

        static Page of(String text) {
            Map<String, String> types = new TreeMap<>();
            List<Sample> samples = new ArrayList<>();
            text.lines().filter(line -> line.contains("bactrian_")).forEach(line -> {
                if (line.startsWith("# TYPE ")) {
                    List<String> words = List.of(line.split(" ", -1));
                    types.put(words.get(2), words.get(3));
                    return;
                }
                Matcher sample = SAMPLE.matcher(line);
                if (!line.startsWith("#") && sample.matches() && sample.group(1).startsWith("bactrian_")) {
                    Map<String, String> labels = new TreeMap<>();
                    Matcher label = LABEL.matcher(String.valueOf(sample.group(2)));
                    while (label.find()) {
                        labels.put(label.group(1), label.group(2));
                    }
                    samples.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
                }
            });
            return new Page(types, samples);
        }

        /** The maxima of the histograms are folded into them. */
        Map<String, Family> families() {
            Map<String, Family> families = new TreeMap<>();
            types.forEach((name, type) -> {
                if (name.endsWith("_max") && "histogram".equals(types.get(name.substring(0, name.length() - 4)))) {
                    return;
                }
                Set<String> labels = new TreeSet<>();
                samples.stream()
                        .filter(sample -> sample.name().equals(name)
                                || sample.name().equals(name + "_count")
                                || sample.name().equals(name + "_sum"))
                        .forEach(sample -> labels.addAll(sample.labels().keySet()));
                families.put(name, new Family(type, labels));
            });
            return families;
        }
    }

    private static Map<String, Family> documented() {
        Map<String, Family> documented = new TreeMap<>();
        ReferencePage.table("## Metrics")
                .forEach(row -> documented.put(
                        ReferencePage.names(row.get(0)).get(0),
                        new Family(row.get(1), new TreeSet<>(ReferencePage.names(row.get(2))))));
        return documented;
    }

    private TestGateway gateway(NatsServer nats) {
        return TestGateway.with(directory.resolve("journal"))
                .nats(nats)
                .webhook("shop", "verify", "token", "secret", "s")
                .start();
    }

    private static Page scrape(TestGateway gateway) {
        return Page.of(gateway.management("/observe/metrics").body());
    }

    @Test
    void every_metric_is_served_with_its_type_and_labels_before_the_first_event() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // When
            Map<String, Family> served = scrape(gateway).families();

            // Then
            assertThat(served).isEqualTo(documented());
            for (String promised : PROMISED) {
                String name = promised.replaceFirst("\\{.*", "");
                String labels = promised.contains("{") ? promised.replaceFirst(".*\\{(.*)}", "$1") : "";
                assertThat(served).containsKey(name);
                assertThat(String.join(",", served.get(name).labels()))
                        .as(name)
                        .isEqualTo(String.join(
                                ",", new TreeSet<>(labels.isEmpty() ? Set.of() : Set.of(labels.split(",")))));
            }
        }
    }

    @Test
    void every_counter_is_zero_for_every_webhook_and_every_reason_before_the_first_event() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // When
            Page page = scrape(gateway);

            // Then
            Map<String, Set<String>> webhooks = new HashMap<>();
            for (Sample sample : page.samples()) {
                if ("counter".equals(page.types().get(sample.name()))
                        || sample.name().endsWith("_count")) {
                    assertThat(sample.value()).as(sample.toString()).isZero();
                    webhooks.computeIfAbsent(sample.name(), n -> new TreeSet<>())
                            .add(sample.labels().getOrDefault("webhook", ""));
                }
            }
            assertThat(webhooks).containsKeys("bactrian_events_republished_total", "bactrian_publish_retries_total");
            webhooks.forEach((name, values) ->
                    assertThat(values).as(name).isIn(Set.of("cloudevents", "shop", "unknown"), Set.of("")));
            for (ProblemKind kind : ProblemKind.values()) {
                if (kind.status() / 100 == 4) {
                    assertThat(gateway.metric(
                                    "bactrian_events_rejected_total{reason=\"" + kind.slug() + "\",webhook=\"shop\"}"))
                            .as(kind.slug())
                            .isZero();
                }
            }
        }
    }

    @Test
    void no_request_makes_a_series() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // Given
            nats.createStream("EVENTS", "events.>");
            int before = scrape(gateway).samples().size();

            // When
            gateway.send(gateway.event("o-1", "{}").header("Prefer", "wait=5"));
            gateway.send(gateway.event("o-2", "{}").header("ce-type", "twice"));
            gateway.send(gateway.request("/hooks/nobody").POST(HttpRequest.BodyPublishers.ofString("{}")));
            gateway.send(gateway.request("/hooks/somebody").POST(HttpRequest.BodyPublishers.ofString("{}")));
            gateway.send(gateway.request("/nowhere").POST(HttpRequest.BodyPublishers.ofString("{}")));
            gateway.send(gateway.request("/hooks/shop").POST(HttpRequest.BodyPublishers.ofString("{}")));
            gateway.send(gateway.request("/hooks/shop").DELETE());

            // Then
            assertThat(scrape(gateway).samples()).hasSize(before);
            assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"unknown-webhook\",webhook=\"unknown\"}"))
                    .isEqualTo(2);
            assertThat(gateway.metric("bactrian_requests_total{status=\"404\",webhook=\"unknown\"}"))
                    .isEqualTo(2);
            assertThat(gateway.metric("bactrian_events_rejected_total{reason=\"method-not-allowed\",webhook=\"shop\"}"))
                    .isEqualTo(1);
            assertThat(gateway.metric("bactrian_requests_total{status=\"405\",webhook=\"shop\"}"))
                    .as("only posts are counted")
                    .isZero();
            assertThat(gateway.metric("bactrian_delivery_seconds_count")).isEqualTo(1);
        }
    }

    @Test
    void what_the_process_costs_is_served_too() {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // When
            String page = gateway.management("/observe/metrics").body();

            // Then
            assertThat(page)
                    .contains(
                            "\njvm_memory_used_bytes{",
                            "\njvm_gc_max_data_size_bytes ",
                            "\njvm_threads_live_threads ",
                            "\nprocess_cpu_usage ",
                            "\nprocess_files_open_files ",
                            "\nprocess_uptime_seconds ",
                            "\nlogback_events_total{");
        }
    }

    @Test
    void every_query_of_the_alerts_and_the_dashboard_asks_for_what_is_served() throws IOException {
        try (NatsServer nats = NatsServer.start();
                TestGateway gateway = gateway(nats)) {
            // Given
            Map<String, Set<String>> served =
                    labels(gateway.management("/observe/metrics").body());
            ReferencePage.table("### Metrics of certificates")
                    .forEach(row -> served.put(
                            ReferencePage.names(row.get(0)).get(0), new TreeSet<>(ReferencePage.names(row.get(2)))));
            List<String> queries = new ArrayList<>(Queries.ofDashboard());
            Queries.alerts().forEach(alert -> queries.add(alert.get("expr").toString()));
            assertThat(queries).hasSizeGreaterThan(40);

            // Then
            for (String query : queries) {
                Map<String, Set<String>> selectors = Queries.selectors(query);
                assertThat(served.keySet()).as(query).containsAll(selectors.keySet());
                Set<String> all = new TreeSet<>();
                selectors.forEach((name, labels) -> {
                    assertThat(served.get(name)).as(query).containsAll(labels);
                    all.addAll(served.get(name));
                });
                assertThat(all).as(query).containsAll(Queries.groupings(query));
            }
        }
    }

    private static Map<String, Set<String>> labels(String page) {
        Map<String, Set<String>> found = new TreeMap<>();
        page.lines()
                .filter(line -> !line.startsWith("#"))
                .map(SAMPLE::matcher)
                .filter(Matcher::matches)
                .forEach(m -> {
                    Set<String> labels = found.computeIfAbsent(m.group(1), name -> new TreeSet<>());
                    Matcher label = LABEL.matcher(String.valueOf(m.group(2)));
                    while (label.find()) {
                        labels.add(label.group(1));
                    }
                });
        return found;
    }
}
