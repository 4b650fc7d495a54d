package io.bactrian.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Assumptions;

/** What a fault test needs of the machine. Without it the test is skipped aloud, and in CI it fails. */
public final class FaultNeeds {

    private FaultNeeds() {}

    /** Root, and these programs. */
    public static void need(String... programs) {
        String missing = "root".equals(System.getProperty("user.name")) ? "" : "root ";
        for (String program : programs) {
            if (run("sh", "-c", "command -v " + program).code() != 0) {
                missing += program + " ";
            }
        }
        if (!missing.isEmpty()) {
            skip("this fault test needs " + missing.trim());
        }
    }

    /**
     * One program, and no root.
     *
     * @param fix how to get it
     */
    public static void needProgram(String program, String fix) {
        if (run("sh", "-c", "command -v " + program).code() != 0) {
            skip("this test needs " + program + ": " + fix);
        }
    }

    private static void skip(String what) {
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(what);
        }
        System.err.println("SKIPPED: " + what);
        Assumptions.abort(what);
    }

    /** How a program ended, and what it said. */
    public record Ran(int code, String output) {
        /** @throws IllegalStateException when it failed */
        public Ran ok() {
            if (code != 0) {
                throw new IllegalStateException("exit code " + code + ": " + output);
            }
            return this;
        }
    }

    /** Runs a program to its end. */
    public static Ran run(String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), output);
        } catch (IOException e) {
            return new Ran(127, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
