package io.bactrian.webhook;

import java.security.MessageDigest;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** User and password as {@code Authorization: Basic} (RFC 7617), in UTF-8. */
final class BasicVerifier implements Verifier {

    private static final String BASIC = "Basic ";

    private final List<byte[]> pairs;

    /** @throws IllegalArgumentException when a secret is not {@code user:password} */
    BasicVerifier(VerifierOptions options) {
        for (String secret : options.secrets()) {
            int colon = secret.indexOf(':');
            if (colon < 1 || colon == secret.length() - 1) {
                throw new IllegalArgumentException("secret: verify=basic expected user:password");
            }
        }
        this.pairs =
                options.secrets().stream().map(secret -> secret.getBytes(UTF_8)).toList();
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String shown = Credentials.header(request, "Authorization");
        byte[] pair = shown.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? SignatureEncoding.BASE64.tryDecode(
                        shown.substring(BASIC.length()).trim())
                : null;
        if (pair == null) {
            throw UnauthorizedException.malformed("User and password are needed, as Authorization: Basic.");
        }
        boolean right = false;
        for (byte[] known : pairs) {
            right |= MessageDigest.isEqual(known, pair);
        }
        if (!right) {
            throw UnauthorizedException.wrong("User or password is wrong.");
        }
    }

    @Override
    public String challenge() {
        return "Basic realm=\"bactrian\", charset=\"UTF-8\"";
    }
}
