package io.bactrian.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** What a process takes of its machine, as the operating system counts it. */
public final class ProcessUsage {

    private static final String RESIDENT = "VmRSS:";

    private final ProcessHandle process;

    public ProcessUsage(ProcessHandle process) {
        this.process = process;
    }

    /** @return processor time of all its threads so far; nothing where the system does not tell */
    OptionalLong cpuNanos() {
        return process.info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** @return bytes of memory it holds now; nothing outside Linux */
    OptionalLong residentBytes() {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(RESIDENT)) {
                    return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
                }
            }
        } catch (IOException e) {
            // another system, or the process is gone
        }
        return OptionalLong.empty();
    }
}
