package io.bactrian.webhook;

import java.util.Optional;

/** The question that a provider asks once, when a URL is entered: it wants its own text back. */
public final class ProviderQuestion {

    private static final int MAX_CHALLENGE = 1024;

    private static final Finder TYPE = Finder.pointer("/type");
    private static final Finder CHALLENGE = Finder.pointer("/challenge");

    private ProviderQuestion() {}

    /**
     * @param scheme of the webhook's verifier, which has believed this request
     * @return what to answer, as plain text, when the request is such a question and no event
     */
    public static Optional<String> answer(String scheme, WebhookRequest request) {
        if (!scheme.equals("slack") || !"url_verification".equals(TYPE.find(request))) {
            return Optional.empty();
        }
        String challenge = CHALLENGE.find(request);
        return Optional.ofNullable(challenge).filter(text -> text.length() <= MAX_CHALLENGE);
    }
}
