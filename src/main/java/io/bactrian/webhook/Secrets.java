package io.bactrian.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The secrets of a webhook: one, or several while rotating. Never shown. */
public final class Secrets {

    /** None. */
    public static final Secrets NONE = new Secrets(List.of(), null);

    private static final int SHORT = 8;

    private final List<String> words;
    private final String phrase;

    private Secrets(List<String> words, String phrase) {
        this.words = words;
        this.phrase = phrase;
    }

    /**
     * @param text secrets separated by blanks; since a provider may allow blanks in a secret, the whole is taken as one
     *     too
     */
    public static Secrets ofText(String text) {
        List<String> words = Arrays.stream(text.trim().split("\\s+", -1))
                .filter(s -> !s.isEmpty())
                .toList();
        return new Secrets(words, words.size() > 1 ? text.trim() : null);
    }

    /** @param lines the lines of a file: each that is not blank is one secret, with its blanks, but not around it */
    public static Secrets ofLines(String lines) {
        return new Secrets(
                lines.lines().map(String::trim).filter(s -> !s.isEmpty()).toList(), null);
    }

    public boolean isEmpty() {
        return words.isEmpty();
    }

    /** @return whether one of several is so short that the blanks were hardly meant to separate secrets */
    public boolean looksLikePhrase() {
        return phrase != null && words.stream().anyMatch(word -> word.length() < SHORT);
    }

    List<String> words() {
        return words;
    }

    Optional<String> phrase() {
        return Optional.ofNullable(phrase);
    }

    @Override
    public String toString() {
        return "Secrets[" + words.size() + "]";
    }
}
