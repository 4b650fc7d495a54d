package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.bactrian.testing.FaultNeeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Alerts fire and resolve, and each leads to a section of the runbook. */
class AlertsTest {

    private static final Path TESTS = Path.of("src", "test", "prometheus", "alerts-test.yaml");

    @TempDir
    Path directory;

    @Test
    void every_alert_has_a_severity_a_summary_and_a_section_of_the_runbook() throws IOException {
        // Given
        String runbook = Files.readString(Path.of("docs", "runbook.md"));

        // Then
        for (Map<String, Object> alert : Queries.alerts()) {
            String name = alert.get("alert").toString();
            Map<?, ?> annotations = (Map<?, ?>) alert.get("annotations");
            assertThat(((Map<?, ?>) alert.get("labels")).get("severity"))
                    .as(name)
                    .isIn("critical", "warning");
            assertThat(alert.get("for")).as("for of " + name).isNotNull();
            assertThat(annotations.get("summary").toString()).as(name).contains("$labels.instance");
            assertThat(annotations.get("runbook_url")).isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(runbook).contains("\n### " + name + "\n");
        }
    }

    @Test
    void the_line_on_the_page_makes_of_each_path_to_the_runbook_an_address_to_click() throws IOException {
        // Given
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.copy(Path.of("config", "alerts.yaml"), config.resolve("alerts.yaml"));
        String line = Snippets.shellLines("observability.md").stream()
                .filter(shell -> shell.startsWith("sed "))
                .findFirst()
                .orElseThrow();

        // When
        Snippets.Pasted pasted = Snippets.paste(line, directory, Map.of());

        // Then
        assertThat(pasted.code()).as(pasted.errors()).isZero();
        List<Map<String, Object>> before = Queries.alerts();
        List<Map<String, Object>> after = Queries.alerts(directory.resolve("bactrian-alerts.yaml"));
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            String path = ((Map<?, ?>) before.get(i).get("annotations"))
                    .get("runbook_url")
                    .toString();
            assertThat(((Map<?, ?>) after.get(i).get("annotations")).get("runbook_url"))
                    .isEqualTo("https://git.example.com/bactrian/" + path);
        }
    }

    @Test
    void every_alert_has_a_test_in_which_it_fires_and_resolves() throws IOException {
        // Given
        String tests = Files.readString(TESTS);

        // Then
        for (Map<String, Object> alert : Queries.alerts()) {
            String name = alert.get("alert").toString();
            String test = tests.substring(tests.indexOf("  - name: " + name + "\n"))
                    .replaceFirst("(?s)\n\n.*", "")
                    .stripTrailing();
            assertThat(test)
                    .as(name)
                    .contains("alertname: " + name)
                    .contains("exp_labels:")
                    .endsWith("exp_alerts: []");
        }
    }

    @Test
    @Tag("faults")
    void promtool_finds_nothing_wrong() throws IOException {
        FaultNeeds.needProgram("promtool", "apt-get install prometheus");

        // When
        FaultNeeds.Ran check = FaultNeeds.run("promtool", "check", "rules", "config/alerts.yaml");
        FaultNeeds.Ran tests = FaultNeeds.run("promtool", "test", "rules", TESTS.toString());
        FaultNeeds.Ran dashboard = FaultNeeds.run(
                "promtool", "check", "rules", recorded(Queries.ofDashboard()).toString());

        // Then
        assertThat(check.code()).as(check.output()).isZero();
        assertThat(tests.code()).as(tests.output()).isZero();
        assertThat(dashboard.code()).as(dashboard.output()).isZero();
    }

    /** Queries as recording rules, which promtool can parse. */
    private Path recorded(List<String> queries) throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            rules.append("  - record: panel:query_")
                    .append(i)
                    .append("\n    expr: '")
                    .append(queries.get(i))
                    .append("'\n");
        }
        return Files.writeString(directory.resolve("dashboard.yaml"), rules);
    }
}
