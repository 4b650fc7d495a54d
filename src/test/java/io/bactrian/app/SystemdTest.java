package io.bactrian.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.config.Values;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The unit starts what its first lines install, as the launcher does, and waits as long as a drain may take. */
class SystemdTest {

    private static String unit() throws IOException {
        return Files.readString(Path.of("config", "systemd", "bactrian.service"))
                .replace("\\\n", "");
    }

    private static String value(String directive) throws IOException {
        Matcher line = Pattern.compile("(?m)^" + directive + "=(.*)$").matcher(unit());
        assertThat(line.find()).as(directive).isTrue();
        return line.group(1);
    }

    private static List<String> installed() throws IOException {
        List<String> targets = new ArrayList<>();
        Matcher line =
                Pattern.compile("(?m)^# +install -D -m \\d+ \\S+ +(\\S+)").matcher(unit());
        while (line.find()) {
            targets.add(line.group(1));
        }
        return targets;
    }

    @Test
    void what_it_starts_and_reads_is_installed() throws IOException {
        List<String> command = List.of(value("ExecStart").split(" +"));
        assertThat(installed())
                .containsExactlyInAnyOrder(
                        command.get(command.indexOf("-jar") + 1),
                        command.get(command.indexOf("--config") + 1),
                        value("EnvironmentFile"),
                        "/etc/systemd/system/bactrian.service");
        assertThat(command).endsWith("run", "--config", "/etc/bactrian/application.properties");
    }

    @Test
    void its_flags_are_those_of_the_launcher() throws IOException {
        // Given
        Matcher flags = Pattern.compile("(?m)^flags=\"(.*)\"$").matcher(Files.readString(Path.of("bactrian")));
        assertThat(flags.find()).isTrue();

        // Then
        assertThat(Arrays.asList(value("ExecStart").split(" +")))
                .containsAll(List.of(flags.group(1).split(" +")));
    }

    @Test
    void a_drain_has_the_time_it_may_take() throws IOException {
        Settings settings = Settings.load(List.of(), Map.of(), new Properties());
        assertThat(Long.parseLong(value("TimeoutStopSec")))
                .isGreaterThan(Values.duration(settings.get("bactrian.http.request-timeout"))
                                .toSeconds()
                        + Values.duration(settings.get("bactrian.http.drain")).toSeconds()
                        + 10);
    }
}
