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

    private final List<byte[]> tokens;
    private final String header;

    /** @param header its name, or empty for the standard places */
    TokenVerifier(List<String> tokens, String header) {
        this.tokens = tokens.stream().map(token -> token.getBytes(UTF_8)).toList();
        this.header = header;
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        byte[] shown = (header.isEmpty() ? standard(request) : Credentials.header(request, header)).getBytes(UTF_8);
        boolean right = false;
        for (byte[] token : tokens) {
            right |= MessageDigest.isEqual(token, shown);
        }
        if (!right) {
            throw UnauthorizedException.wrong("The token is wrong.");
        }
    }

    private static String standard(WebhookRequest request) throws UnauthorizedException {
        String shown;
        if (request.headers("Authorization").isEmpty()) {
            shown = QueryText.first(request.rawQuery(), "access_token");
        } else {
            String authorization = Credentials.header(request, "Authorization");
            shown = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length()).trim()
                    : null;
        }
        if (shown == null || shown.isEmpty()) {
            throw UnauthorizedException.missing("A token is needed, as Authorization: Bearer or access_token.");
        }
        return shown;
    }

    @Override
    public String challenge() {
        return "Bearer";
    }
}
