package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.bactrian.camel.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingsTest {

    @TempDir
    Path directory;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static Properties system(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void later_sources_win_over_earlier_ones() throws IOException {
        // Given
        Path first = file("1.properties", "bactrian.ack=processed\nbactrian.ack-timeout=1s\ncamel.server.port=1\n");
        Path second =
                file("2.properties", "bactrian.ack-timeout=2s\nbactrian.nats.mode=structured\ncamel.server.port=2\n");
        Map<String, String> environment =
                Map.of("BACTRIAN_NATS_MODE", "binary", "CAMEL_SERVER_PORT", "3", "BACTRIAN_HTTP_MAX_BODY", "1MiB");

        // When
        Settings settings = Settings.load(
                List.of(first, second),
                environment,
                system("bactrian.http.max-body", "2MiB", "camel.server.port", "4"));

        // Then
        assertThat(settings.get("bactrian.ack")).isEqualTo("processed");
        assertThat(settings.get("bactrian.ack-timeout")).isEqualTo("2s");
        assertThat(settings.get("bactrian.nats.mode")).isEqualTo("binary");
        assertThat(settings.get("bactrian.http.max-body")).isEqualTo("2MiB");
        assertThat(settings.get("camel.server.port")).isEqualTo("4");
        assertThat(settings.get("bactrian.journal.hold")).isEqualTo("10m");
        assertThat(settings.origins().get("bactrian.ack-timeout")).contains("2.properties");
    }

    @Test
    void an_unknown_key_names_the_nearest_one_and_where_it_was_read() throws IOException {
        // Given
        Path wrong = file("wrong.properties", "bactrian.jurnal.directory=x\n");

        // Then
        assertThatThrownBy(() -> Settings.load(List.of(wrong), Map.of(), system()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bactrian.jurnal.directory")
                .hasMessageContaining("bactrian.journal.directory")
                .hasMessageContaining("wrong.properties");
        assertThatThrownBy(() -> Settings.load(List.of(), Map.of("BACTRIAN_AKC", "processed"), system()))
                .hasMessageContaining("BACTRIAN_AKC")
                .hasMessageContaining("BACTRIAN_ACK");
        assertThatThrownBy(() -> Settings.load(List.of(), Map.of(), system("bactrian.nope", "1")))
                .hasMessageContaining("-Dbactrian.nope");
        assertThatThrownBy(() -> Settings.load(List.of(), Map.of(), system("bactrian.journal.dir", "x")))
                .hasMessageContaining("did you mean bactrian.journal.directory?");
        assertThatThrownBy(() -> Settings.load(List.of(), Map.of(), system("bactrian.foo.bar", "1")))
                .hasMessageContaining("bactrian.foo.bar (-Dbactrian.foo.bar): unknown key")
                .message()
                .doesNotContain("did you mean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BACTRIAN_SERVICE_HOST",
                "BACTRIAN_SERVICE_PORT",
                "BACTRIAN_SERVICE_PORT_HTTP",
                "BACTRIAN_PORT",
                "BACTRIAN_PORT_8080_TCP_ADDR",
                "BACTRIAN_ADMIN_SERVICE_HOST"
            })
    void what_kubernetes_puts_into_the_environment_is_no_key(String variable) {
        assertThat(Settings.load(List.of(), Map.of(variable, "tcp://10.0.0.1:80"), system())
                        .origins())
                .doesNotContainValue("environment " + variable);
    }

    @Test
    void a_value_is_given_although_it_is_the_default() throws IOException {
        // Given
        String servers = "bactrian.nats.servers=nats://127.0.0.1:4222\n";

        // Then
        assertThat(Settings.load(List.of(), Map.of(), system()).isGiven("bactrian.nats.servers"))
                .isFalse();
        assertThat(Settings.load(List.of(file("own.properties", servers)), Map.of(), system())
                        .isGiven("bactrian.nats.servers"))
                .isTrue();
        assertThat(Settings.load(List.of(), Map.of("BACTRIAN_EVENTS_VERIFY", "token"), system())
                        .isGiven("bactrian.events.verify"))
                .isTrue();
        Settings settings = Settings.load(List.of(), Map.of(), system("bactrian.events.verify", "token"));
        settings.suggest("bactrian.events.verify", "none");
        assertThat(settings.get("bactrian.events.verify")).isEqualTo("token");
    }

    /** Tests run in a clone. */
    @Test
    void a_default_in_the_local_copy_of_all_of_them_is_not_given() {
        assertThat(Settings.load(List.of(), Map.of(), system()).origins())
                .containsEntry("bactrian.events.verify", "config/application.properties");
        assertThat(Settings.load(List.of(), Map.of(), system()).isGiven("bactrian.events.verify"))
                .isFalse();
    }

    @Test
    void a_missing_file_is_named() {
        // Given
        Path missing = directory.resolve("missing.properties");

        // Then
        assertThatThrownBy(() -> Settings.load(List.of(missing), Map.of(), system()))
                .hasMessageContaining("missing.properties");
    }
}
