package io.bactrian.webhook;

import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A token that the sender shows: in a header of its own, or as {@code Authorization: Bearer} or {@code ?access_token=},
 * both of which the CloudEvents webhook specification wants (section 3).
 */
final class TokenVerifier implements Verifier {

    private static final String BEARER = "Bearer ";
    private static final String PARAMETER = "access_token=";

    private final List<byte[]> tokens;
    private final String header;

    /** @param header its name, or empty for the standard places */
    TokenVerifier(List<String> tokens, String header) {
        this.tokens = tokens.stream().map(token -> token.getBytes(UTF_8)).toList();
        this.header = header;
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String shown = header.isEmpty() ? standard(request) : request.header(header);
        if (shown == null || shown.isEmpty()) {
            throw new UnauthorizedException(
                    UnauthorizedException.Reason.MISSING,
                    header.isEmpty()
                            ? "A token is needed, as Authorization: Bearer or access_token."
                            : "A token is needed, in the header " + header + ".");
        }
        byte[] bytes = shown.getBytes(UTF_8);
        boolean right = false;
        for (byte[] token : tokens) {
            right |= MessageDigest.isEqual(token, bytes);
        }
        if (!right) {
            throw new UnauthorizedException(UnauthorizedException.Reason.WRONG, "The token is wrong.");
        }
    }

    private static String standard(WebhookRequest request) {
        String authorization = request.header("Authorization");
        if (authorization != null) {
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length()).trim()
                    : null;
        }
        String query = request.rawQuery();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(PARAMETER)) {
                try {
                    return URLDecoder.decode(pair.substring(PARAMETER.length()), UTF_8);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }

    @Override
    public String challenge() {
        return "Bearer";
    }
}
