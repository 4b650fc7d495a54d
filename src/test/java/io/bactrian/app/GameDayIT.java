package io.bactrian.app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.bactrian.testing.FaultNeeds;
import io.bactrian.testing.NatsServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The game day of the runbook: ten things break, and each shows what the page says. Takes a minute or two. */
@Tag("faults")
class GameDayIT {

    @Test
    void ten_things_break_and_are_mended() throws Exception {
        FaultNeeds.needProgram("nats-server", "apt-get install nats-server");
        FaultNeeds.needProgram("curl", "apt-get install curl");
        ProcessBuilder script = new ProcessBuilder(List.of(
                        "bash", Path.of("docs", "gameday.sh").toAbsolutePath().toString()))
                .redirectErrorStream(true);
        script.environment()
                .putAll(Map.of(
                        "INTAKE_PORT", String.valueOf(NatsServer.freePort()),
                        "MANAGEMENT_PORT", String.valueOf(NatsServer.freePort()),
                        "NATS_PORT", String.valueOf(NatsServer.freePort()),
                        "NATS_MONITOR_PORT", String.valueOf(NatsServer.freePort())));

        // When
        Process process = script.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("10. SIGTERM").contains("All ten are mended");
    }
}
