package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a page of the documentation shows to be copied. */
final class Snippets {

    private Snippets() {}

    /** The blocks of one language on a page of {@code docs/}, in their order. */
    static List<String> of(String page, String language) {
        try {
            return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(Path.of("docs", page)))
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
}
