package io.bactrian.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.camel.config.BactrianConfig;

/**
 * Every key there is: those of the shipped {@code application.properties}, set or commented out.
 *
 * @param defaults keys that have one
 * @param all keys
 */
record KnownKeys(Map<String, String> defaults, Set<String> all) {

    private static final String PREFIX = "bactrian.";
    private static final Pattern LINE = Pattern.compile("#?((?:bactrian|camel)\\.[a-z0-9.-]+)=(.*)");

    static KnownKeys shipped() {
        Map<String, String> defaults = BactrianConfig.defaults();
        Set<String> all = new TreeSet<>(defaults.keySet());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                KnownKeys.class.getResourceAsStream("/bactrian/application.properties"), StandardCharsets.UTF_8))) {
            reader.lines().map(LINE::matcher).filter(Matcher::matches).forEach(m -> all.add(m.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new KnownKeys(defaults, Set.copyOf(all));
    }

    static boolean isOurs(String key) {
        return key.startsWith(PREFIX);
    }

    /** @return the known key that it begins, or that takes the fewest edits to reach; nothing when none is near */
    Optional<String> nearest(String key) {
        int most = Math.max(2, (key.length() - PREFIX.length()) / 4);
        return all.stream()
                .filter(KnownKeys::isOurs)
                .filter(known -> known.startsWith(key) || distance(known, key) <= most)
                .min(Comparator.<String>comparingInt(known -> known.startsWith(key) ? 0 : distance(known, key))
                        .thenComparing(known -> known));
    }

    /** @return edits from one to the other */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
