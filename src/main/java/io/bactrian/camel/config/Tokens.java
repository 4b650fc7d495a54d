package io.bactrian.camel.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Bearer tokens of a key: one, or several, separated by blanks, while rotating. A comma is a character of a token, but not
 * its first or last: it was meant to separate, and what is left of two placeholders that are empty would be a token.
 */
public final class Tokens {

    private static final Pattern WITHIN_COMMAS = Pattern.compile(",.*|.*,");
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

    private Tokens() {}

    /**
     * @param text of the key, its placeholders resolved
     * @return at least one
     * @throws ConfigurationException when there is none; it names the key and quotes nothing of the text
     */
    public static List<String> separate(String key, String text) {
        List<String> tokens = Arrays.stream(text.trim().split("\\s+", -1))
                .filter(token -> !token.isEmpty())
                .toList();
        if (tokens.isEmpty()) {
            throw new ConfigurationException(key + ": its value is empty once its placeholders are resolved");
        }
        if (tokens.stream().anyMatch(token -> WITHIN_COMMAS.matcher(token).matches())) {
            throw new ConfigurationException(
                    key + ": a token in it begins or ends with a comma; expected tokens separated by blanks");
        }
        return tokens;
    }

    /**
     * Tokens that are shown in a header and nowhere else.
     *
     * @param text of the key, its placeholders resolved
     * @return at least one
     * @throws ConfigurationException also for a token that not every header can carry
     */
    public static List<String> ofHeader(String key, String text) {
        List<String> tokens = separate(key, text);
        if (!tokens.stream().allMatch(token -> VISIBLE_ASCII.matcher(token).matches())) {
            throw new ConfigurationException(
                    key
                            + ": a token in it has other characters than visible ASCII ones, which no header carries as they are");
        }
        return tokens;
    }
}
