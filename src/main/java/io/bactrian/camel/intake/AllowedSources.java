package io.bactrian.camel.intake;

import java.util.List;

/**
 * Which sources the events of a sender may have.
 *
 * @param patterns whole sources, or the beginning of one and a {@code *}
 */
public record AllowedSources(List<String> patterns) {

    public AllowedSources {
        patterns = List.copyOf(patterns);
    }

    boolean allow(String source) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")
                    ? source.startsWith(pattern.substring(0, pattern.length() - 1))
                    : source.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
