package io.bactrian.camel.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values with units as Bactrian's keys and template parameters write them. Camel's own converters are not used: they
 * read {@code 5S} and {@code 900KiB} as zero without a word.
 */
public final class Values {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    /** A century, so that no sum or conversion to nanoseconds overflows. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Values() {}

    /**
     * @param text such as {@code 0}, {@code 512}, {@code 64KiB}, {@code 10MiB}, {@code 1GiB}
     * @return bytes
     * @throws IllegalArgumentException saying what was expected
     */
    public static long bytes(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected a size such as 512, 64KiB, 10MiB or 1GiB");
        }
        long unit =
                switch (m.group(2) == null ? "B" : m.group(2)) {
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    case "TiB" -> 1L << 40;
                    default -> 1L;
                };
        try {
            return Math.multiplyExact(Long.parseLong(m.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("expected a size below 8 EiB", e);
        }
    }

    /**
     * @param text such as {@code 500ms}, {@code 5s}, {@code 10m}, {@code 24h}, {@code 30d}
     * @throws IllegalArgumentException saying what was expected
     */
    public static Duration duration(String text) {
        Matcher m = DURATION.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected a duration such as 500ms, 5s, 10m, 24h or 30d");
        }
        long n = Long.parseLong(m.group(1));
        Duration unit =
                switch (m.group(2)) {
                    case "ms" -> Duration.ofMillis(1);
                    case "s" -> Duration.ofSeconds(1);
                    case "m" -> Duration.ofMinutes(1);
                    case "h" -> Duration.ofHours(1);
                    default -> Duration.ofDays(1);
                };
        Duration value = unit.multipliedBy(n);
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a duration of at most 36500d");
        }
        return value;
    }

    /** @return the parts of a list separated by blanks or commas, without empty ones */
    public static List<String> list(String text) {
        return Arrays.stream(text.split("[\\s,]+", -1))
                .filter(s -> !s.isEmpty())
                .toList();
    }
}
