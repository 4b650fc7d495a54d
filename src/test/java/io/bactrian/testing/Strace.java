package io.bactrian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;

/** strace beside a running process, changing what one system call does, until it is closed. */
public final class Strace implements AutoCloseable {
    private static final int TRIES = 3;

    private final Process process;

    private Strace(Process process) {
        this.process = process;
    }

    /**
     * Returns when every thread of the process is traced.
     *
     * @param call a system call, such as {@code fdatasync}
     * @param what happens to it, such as {@code error=EIO}
     */
    public static Strace inject(long pid, String call, String what) {
        for (int attempt = 1; ; attempt++) {
            Strace strace = start(pid, call, what);
            try {
                Conditions.await(Duration.ofSeconds(10), "strace beside " + pid, () -> tracesAll(pid));
                return strace;
            } catch (ConditionTimeoutException e) {
                strace.close();
                if (attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static Strace start(long pid, String call, String what) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-p", String.valueOf(pid)));
        command.addAll(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":" + what));
        try {
            return new Strace(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean tracesAll(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads.toList()) {
                Path status = thread.resolve("status");
                if (Files.exists(status)
                        && Files.readAllLines(status).stream().anyMatch(line -> line.matches("TracerPid:\\s+0"))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Lets the process go on as if nothing had been. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
