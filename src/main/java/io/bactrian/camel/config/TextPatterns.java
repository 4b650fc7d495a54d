package io.bactrian.camel.config;

import java.util.List;

/**
 * Texts that a setting lists, such as sources or types.
 *
 * @param patterns whole texts, or the beginning of one and a {@code *}
 */
public record TextPatterns(List<String> patterns) {

    public TextPatterns {
        patterns = List.copyOf(patterns);
    }

    /** @return whether the text is one of them */
    public boolean match(String text) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")
                    ? text.startsWith(pattern.substring(0, pattern.length() - 1))
                    : text.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
