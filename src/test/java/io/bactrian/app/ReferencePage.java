package io.bactrian.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** {@code docs/reference.md} as tests read it: the rows of the table below a heading. */
final class ReferencePage {

    private static final Path FILE = Path.of("docs", "reference.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private ReferencePage() {}

    /** @return the cells of each row of the first table below the heading, without head and rule */
    static List<List<String>> table(String heading) {
        String text = text();
        int from = text.indexOf("\n" + heading + "\n");
        if (from < 0) {
            throw new IllegalStateException(FILE + " has no heading " + heading);
        }
        return text.substring(from)
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** @return what stands between backquotes, in order */
    static List<String> names(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    private static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
