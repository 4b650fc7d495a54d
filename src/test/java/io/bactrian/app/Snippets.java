package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** What a page shows to be copied, and a shell to paste it into. */
final class Snippets {

    private Snippets() {}

    /** The blocks of one language on a page of {@code docs/}, in their order. */
    static List<String> of(String page, String language) {
        return of(Path.of("docs", page), language);
    }

    /** The same of a page anywhere. */
    static List<String> of(Path page, String language) {
        try {
            return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(page))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of all shell blocks on a page. */
    static List<String> shellLines(String page) {
        return of(page, "sh").stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** How a pasted line ended, and what it said. */
    record Pasted(int code, String output, String errors) {}

    /**
     * Runs a line in a shell as a reader would, for a minute at most.
     *
     * @param directory where it runs; gets its output and its errors as files
     * @param environment variables on top of those of this process
     */
    static Pasted paste(String line, Path directory, Map<String, String> environment) {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", line)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line).isTrue();
            } finally {
                process.destroyForcibly();
            }
            return new Pasted(process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
