package io.bactrian.app;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import io.bactrian.camel.config.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** The manifests name keys, ports, paths and secrets that are there. */
class KubernetesTest {

    @TempDir
    Path directory;

    /** A part of a manifest, found by the names of its members and the positions in its lists. */
    private record Part(Object value) {
        Part at(Object... path) {
            Object found = value;
            for (Object step : path) {
                Object parent = found;
                found = step instanceof Integer index ? ((List<?>) parent).get(index) : ((Map<?, ?>) parent).get(step);
                assertThat(found).as("%s in %s", step, parent).isNotNull();
            }
            return new Part(found);
        }

        String text() {
            return value.toString();
        }

        List<Part> all() {
            return ((List<?>) value).stream().map(Part::new).toList();
        }
    }

    private static Map<String, Part> manifests() throws IOException {
        Map<String, Part> byKind = new TreeMap<>();
        for (Object document : new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(Path.of("config", "kubernetes", "bactrian.yaml")))) {
            Part part = new Part(document);
            byKind.put(
                    part.at("kind").text() + " " + part.at("metadata", "name").text(), part);
        }
        return byKind;
    }

    private static Part container() throws IOException {
        return manifests().get("StatefulSet bactrian").at("spec", "template", "spec", "containers", 0);
    }

    private static Properties configuration() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(manifests()
                .get("ConfigMap bactrian")
                .at("data", "application.properties")
                .text()));
        return properties;
    }

    private Settings settings() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (Part variable : container().at("env").all()) {
            assertThat(variable.at("valueFrom", "secretKeyRef", "name").text()).isEqualTo("bactrian");
            environment.put(variable.at("name").text(), "a-secret");
        }
        Path file = Files.writeString(
                directory.resolve("application.properties"),
                manifests()
                        .get("ConfigMap bactrian")
                        .at("data", "application.properties")
                        .text());
        return Settings.load(List.of(file), environment, new Properties());
    }

    @Test
    void every_key_and_every_variable_is_known() throws IOException {
        // When: an unknown one would be refused
        Settings settings = settings();

        // Then
        assertThat(settings.get("bactrian.events.token")).isEqualTo("a-secret");
        assertThat(settings.get("bactrian.admin.token"))
                .as("others than loopback may reach the management port only with a token")
                .isEqualTo("a-secret");
    }

    @Test
    void every_secret_that_the_configuration_takes_from_the_environment_is_given() throws IOException {
        // Given
        List<String> given = new ArrayList<>();
        container()
                .at("env")
                .all()
                .forEach(variable -> given.add(variable.at("name").text()));

        // Then
        configuration().forEach((key, value) -> {
            if (value.toString().startsWith("{{env:")) {
                assertThat(given).as(key.toString()).contains(value.toString().replaceAll("\\{\\{env:(.*)}}", "$1"));
            }
        });
    }

    @Test
    void ports_and_probes_are_those_that_the_gateway_serves() throws IOException {
        // Given
        Properties configuration = configuration();
        Map<String, String> ports = new TreeMap<>();
        container()
                .at("ports")
                .all()
                .forEach(port -> ports.put(
                        port.at("name").text(), port.at("containerPort").text()));
        List<String> served = ReferencePage.table("### Management port").stream()
                .map(row -> ReferencePage.names(row.get(0)).get(0))
                .toList();

        // Then
        assertThat(ports)
                .containsExactly(
                        Map.entry("intake", configuration.getProperty("camel.server.port")),
                        Map.entry("management", configuration.getProperty("camel.management.port")));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            Part get = container().at(probe, "httpGet");
            assertThat(served).as(probe).contains("GET " + get.at("path").text());
            assertThat(get.at("port").text()).isEqualTo("management");
        }
        Part annotations = manifests().get("StatefulSet bactrian").at("spec", "template", "metadata", "annotations");
        assertThat(served)
                .contains("GET " + annotations.at("prometheus.io/path").text());
        assertThat(annotations.at("prometheus.io/port").text()).isEqualTo(ports.get("management"));
        for (String service : List.of("Service bactrian", "Service bactrian-management")) {
            assertThat(ports)
                    .containsKey(manifests()
                            .get(service)
                            .at("spec", "ports", 0, "targetPort")
                            .text());
        }
    }

    @Test
    void the_journal_is_on_the_volume_and_fits_on_it() throws IOException {
        // Given
        Settings settings = settings();
        Part set = manifests().get("StatefulSet bactrian").at("spec");
        String mount = container().at("volumeMounts").all().stream()
                .filter(volume -> volume.at("name").text().equals("journal"))
                .findFirst()
                .orElseThrow()
                .at("mountPath")
                .text();
        long volume = Values.bytes(set.at("volumeClaimTemplates", 0, "spec", "resources", "requests", "storage")
                        .text() + "B"); // Kubernetes writes 10Gi

        // Then
        assertThat(settings.get("bactrian.journal.directory")).startsWith(mount + "/");
        assertThat(Values.bytes(settings.get("bactrian.journal.max-size"))
                        + Values.bytes(settings.get("bactrian.journal.segment-size"))
                        + Values.bytes(settings.get("bactrian.journal.min-free")))
                .isLessThan(volume);
    }

    @Test
    void the_process_has_the_time_that_a_drain_may_take() throws IOException {
        // Given
        Settings settings = settings();
        Part pod = manifests().get("StatefulSet bactrian").at("spec", "template", "spec");
        long preStop = Long.parseLong(
                container().at("lifecycle", "preStop", "exec", "command", 1).text());

        // Then
        assertThat(Long.parseLong(pod.at("terminationGracePeriodSeconds").text()))
                .isGreaterThan(preStop
                        + Values.duration(settings.get("bactrian.http.request-timeout"))
                                .toSeconds()
                        + Values.duration(settings.get("bactrian.http.drain")).toSeconds()
                        + 10);
        assertThat(container().at("securityContext", "readOnlyRootFilesystem").text())
                .isEqualTo("true");
        assertThat(pod.at("securityContext", "runAsNonRoot").text()).isEqualTo("true");
    }
}
