package io.bactrian.webhook;

import java.security.MessageDigest;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A token that the sender shows: in a header of its own, or as {@code Authorization: Bearer} or {@code ?access_token=},
 * both of which the CloudEvents webhook specification wants (section 3).
 */
final class TokenVerifier implements Verifier {

    private static final String BEARER = "Bearer ";
    private static final String NEEDED = "A token is needed, as Authorization: Bearer or access_token.";

    private final List<byte[]> tokens;
    private final Place place;
    private final String challenge;

    /** Where a token is shown. */
    private interface Place {
        byte[] read(WebhookRequest request) throws UnauthorizedException;
    }

    private TokenVerifier(List<String> tokens, Place place, String challenge) {
        this.tokens = tokens.stream().map(token -> token.getBytes(UTF_8)).toList();
        this.place = place;
        this.challenge = challenge;
    }

    /** @param header its name, or empty for the standard places */
    static TokenVerifier of(List<String> tokens, String header) {
        return new TokenVerifier(
                tokens,
                header.isEmpty()
                        ? TokenVerifier::standard
                        : request -> Credentials.bytes(Credentials.header(request, header)),
                "Bearer");
    }

    /** @param parameter of the query */
    static TokenVerifier ofQuery(List<String> tokens, String parameter) {
        return new TokenVerifier(
                tokens,
                request -> required(
                                QueryText.first(request.rawQuery(), parameter),
                                "A token is needed, as " + parameter + " in the query.")
                        .getBytes(UTF_8),
                "Token parameter=\"" + parameter + "\"");
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        byte[] shown = place.read(request);
        boolean right = false;
        for (byte[] token : tokens) {
            right |= MessageDigest.isEqual(token, shown);
        }
        if (!right) {
            throw UnauthorizedException.wrong("The token is wrong.");
        }
    }

    private static byte[] standard(WebhookRequest request) throws UnauthorizedException {
        List<String> values = request.headers("Authorization");
        if (values.isEmpty()) {
            return required(QueryText.first(request.rawQuery(), "access_token"), NEEDED)
                    .getBytes(UTF_8);
        }
        String authorization = Credentials.header(values, "Authorization");
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return Credentials.bytes(
                required(bearer ? authorization.substring(BEARER.length()).trim() : null, NEEDED));
    }

    private static String required(String shown, String otherwise) throws UnauthorizedException {
        if (shown == null || shown.isEmpty()) {
            throw UnauthorizedException.missing(otherwise);
        }
        return shown;
    }

    @Override
    public String challenge() {
        return challenge;
    }
}
