package io.bactrian.webhook;

import java.util.Optional;

/**
 * The question of a provider that signs none: it puts a text into the query and wants it back, so that nobody can have
 * events sent to a server that does not ask for them. Meta's {@value #HUB} (WebSub) shows a token that both sides know.
 * Thread-safe.
 */
public final class Challenge {

    private static final String HUB = "hub.challenge";
    private static final String HUB_MODE = "hub.mode";
    private static final String HUB_TOKEN = "hub.verify_token";
    private static final String SUBSCRIBE = "subscribe";

    /** Microsoft's are some hundred characters long. */
    private static final int MAX_LENGTH = 2048;

    private final String parameter;
    private final Verifier verifier;

    private Challenge(String parameter, Verifier verifier) {
        this.parameter = parameter;
        this.verifier = verifier;
    }

    /**
     * @param parameter of the query that holds the text, such as {@code hub.challenge}, {@code validationToken}
     * @param tokens that {@code hub.challenge} has to show
     * @throws IllegalArgumentException naming what is missing or not used
     */
    public static Challenge of(String parameter, Secrets tokens) {
        boolean hub = parameter.equals(HUB);
        if (hub && tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "challengeToken is missing or empty: challenge=" + HUB + " needs one, which the provider shows");
        }
        if (!hub && !tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "challengeToken is given, but challenge=" + parameter + " shows none; only " + HUB + " does");
        }
        return new Challenge(
                parameter,
                hub
                        ? TokenVerifier.ofQuery(
                                VerifierOptions.of("token", tokens).phrases(), HUB_TOKEN)
                        : NoVerifier.INSTANCE);
    }

    /** @return the name of the parameter */
    public String parameter() {
        return parameter;
    }

    /** @return value of {@code WWW-Authenticate} for a wrong token */
    public String scheme() {
        return verifier.challenge();
    }

    /** @return whether the query has such a text, good or not */
    public boolean isAsked(WebhookRequest request) {
        return QueryText.first(request.rawQuery(), parameter) != null;
    }

    /**
     * @return the text to send back: printable ASCII, so that it is the same in every character set and nothing else;
     *     empty when the request is no question
     * @throws UnauthorizedException for a missing or wrong token
     */
    public Optional<String> answer(WebhookRequest request) throws UnauthorizedException {
        verifier.verify(request);
        if (parameter.equals(HUB) && !SUBSCRIBE.equals(QueryText.first(request.rawQuery(), HUB_MODE))) {
            return Optional.empty();
        }
        return Optional.ofNullable(QueryText.first(request.rawQuery(), parameter))
                .filter(text -> !text.isEmpty() && text.length() <= MAX_LENGTH)
                .filter(text -> text.chars().allMatch(c -> c >= ' ' && c <= '~'));
    }
}
