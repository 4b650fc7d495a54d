package io.bactrian.webhook;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;

/**
 * GitLab: a secret token in {@code X-Gitlab-Token}, or, where the secret is a signing token ({@code whsec_…}), a signature
 * by Standard Webhooks. A signing token is never taken as a plain one.
 */
final class GitLabVerifier implements Verifier {

    private static final String SIGNING = "whsec_";

    private final TokenVerifier token;
    private final StandardWebhooksVerifier signature;

    GitLabVerifier(VerifierOptions options, Clock clock) {
        List<String> signing =
                options.secrets().stream().filter(s -> s.startsWith(SIGNING)).toList();
        List<String> plain =
                options.phrases().stream().filter(s -> !s.startsWith(SIGNING)).toList();
        token = plain.isEmpty() ? null : TokenVerifier.of(plain, "X-Gitlab-Token");
        signature = signing.isEmpty() ? null : new StandardWebhooksVerifier(signing, options, clock);
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        boolean signed = StandardWebhooksVerifier.isSigned(request, "webhook");
        if (signature != null && (signed || token == null)) {
            Credentials.header(request, "webhook-signature"); // and not svix-signature, which GitLab does not have
            signature.verify(request);
            String key = request.header("Idempotency-Key");
            if (key != null
                    && !MessageDigest.isEqual(
                            Credentials.bytes(key), Credentials.bytes(Credentials.header(request, "webhook-id")))) {
                // the key is the event's id, and only its copy is signed
                throw UnauthorizedException.malformed("Idempotency-Key is not the same as webhook-id.");
            }
        } else {
            token.verify(request);
        }
    }

    @Override
    public String challenge() {
        return token == null ? signature.challenge() : token.challenge();
    }
}
