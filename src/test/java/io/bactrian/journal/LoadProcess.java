package io.bactrian.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import io.bactrian.testing.Conditions;

/** The test's end of a {@link JournalLoad}. */
final class LoadProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Writer commands;
    private final Thread reader;
    /** Ids of the events that were accepted. */
    final Set<String> accepted = ConcurrentHashMap.newKeySet();
    /** Names and messages of exceptions. */
    final List<String> refused = new CopyOnWriteArrayList<>();
    /** Everything else it said. */
    final List<String> said = new CopyOnWriteArrayList<>();

    private LoadProcess(Process process) {
        this.process = process;
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.reader = new Thread(this::listen, "load-process");
        reader.setDaemon(true);
        reader.start();
    }

    /** How the journal of a process is set up. */
    record Setup(Path directory, int inFlight, long maxSize, Duration hold, long maxInFlightBytes) {
        static Setup of(Path directory) {
            return new Setup(directory, 64, 4L << 30, Duration.ofMinutes(10), 8 << 20);
        }

        Setup inFlight(int number, long bytes) {
            return new Setup(directory, number, maxSize, hold, bytes);
        }

        Setup withoutHold() {
            return new Setup(directory, inFlight, maxSize, Duration.ZERO, maxInFlightBytes);
        }

        JournalConfig config() {
            return JournalLoad.config(directory, maxSize, hold, maxInFlightBytes);
        }
    }

    /** @param before a program and its options that run the process, such as strace */
    static LoadProcess start(Setup setup, String run, String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback-test.xml",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                JournalLoad.class.getName(),
                setup.directory.toString(),
                run,
                String.valueOf(setup.inFlight),
                String.valueOf(setup.maxSize),
                String.valueOf(setup.hold.toSeconds()),
                String.valueOf(setup.maxInFlightBytes)));
        try {
            return new LoadProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ok ")) {
                    accepted.add(line.substring(3));
                } else if (line.startsWith("no ")) {
                    refused.add(line.substring(3));
                } else {
                    said.add(line);
                }
            }
        } catch (IOException e) {
            said.add("the pipe broke: " + e);
        }
    }

    LoadProcess awaitOpen() {
        awaitLine(line -> line.startsWith("open "));
        return this;
    }

    /** Waits until it says such a line, also one it said before. */
    String awaitLine(Predicate<String> expected) {
        return Conditions.awaitValue(
                PATIENCE,
                "a line of " + this,
                () -> said.stream().filter(expected).findFirst().orElse(null));
    }

    /** Tells it something and waits for a line that begins like this and was not said before. */
    String ask(String command, String answer) {
        int before = said.size();
        tell(command);
        return Conditions.awaitValue(PATIENCE, answer + " after " + command + " of " + this, () -> said.stream()
                .skip(before)
                .filter(line -> line.startsWith(answer))
                .findFirst()
                .orElse(null));
    }

    void tell(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitAccepted(int more) {
        int target = accepted.size() + more;
        Conditions.await(PATIENCE, more + " more accepted by " + this, () -> accepted.size() >= target);
    }

    void awaitRefused(String exception) {
        Conditions.await(PATIENCE, exception + " from " + this, () -> refused.stream()
                .anyMatch(line -> line.startsWith(exception)));
    }

    /** The Java process, also below a program that runs it. */
    long pid() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .map(ProcessHandle::pid)
                .orElse(process.pid());
    }

    /** SIGKILL; everything that it said before has been heard when this returns. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        List<String> lines = List.copyOf(said);
        List<String> last = lines.subList(Math.max(0, lines.size() - 10), lines.size());
        return "accepted=" + accepted.size() + " refused=" + refused.size() + " "
                + refused.stream().limit(3).toList() + " said=" + last;
    }
}
