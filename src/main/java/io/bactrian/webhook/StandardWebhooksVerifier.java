package io.bactrian.webhook;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard Webhooks 1.0.0: {@code webhook-id}, {@code webhook-timestamp} and {@code webhook-signature} over
 * {@code id.timestamp.body}; {@code svix-id} and its sisters are the same. {@code v1} is an HMAC under a {@code whsec_}
 * key, {@code v1a} an ed25519 signature under a {@code whpk_} key; unknown versions are passed by.
 */
final class StandardWebhooksVerifier implements Verifier {

    /** Signatures in one request, at most: an ed25519 signature costs its verifier tens of microseconds. */
    private static final int MAX_SIGNATURES = 16;

    private static final String SYMMETRIC = "whsec_";
    private static final String PUBLIC = "whpk_";
    private static final String PRIVATE = "whsk_";
    private static final byte[] DOT = {'.'};

    private final HmacKeys symmetric;
    private final Ed25519Keys asymmetric;
    private final SignedTime time;

    /** @throws IllegalArgumentException for a secret that is no key of this standard */
    StandardWebhooksVerifier(List<String> secrets, VerifierOptions options, Clock clock) {
        List<byte[]> shared = new ArrayList<>();
        List<byte[]> published = new ArrayList<>();
        for (String secret : secrets) {
            if (secret.startsWith(PRIVATE)) {
                throw new IllegalArgumentException(
                        "secret: a key that starts with whsk_ is the sender's private one; give the public one, whpk_");
            }
            if (secret.startsWith(PUBLIC)) {
                published.add(key(secret.substring(PUBLIC.length())));
            } else {
                shared.add(key(secret.startsWith(SYMMETRIC) ? secret.substring(SYMMETRIC.length()) : secret));
            }
        }
        this.symmetric = HmacKeys.of("sha256", shared);
        this.asymmetric = Ed25519Keys.of(published);
        this.time = new SignedTime(options.tolerance(), clock);
    }

    private static byte[] key(String base64) {
        byte[] key = SignatureEncoding.BASE64.tryDecode(base64);
        if (key == null || key.length == 0) {
            throw new IllegalArgumentException(
                    "secret: expected whsec_ (shared) or whpk_ (ed25519) and a key in base64");
        }
        return key;
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String family = family(request);
        String shown = Credentials.header(request, family + "-signature");
        String id = Credentials.header(request, family + "-id");
        String timestamp = Credentials.header(request, family + "-timestamp");
        if (id.indexOf('.') >= 0) {
            // it could take over what belongs to the timestamp
            throw UnauthorizedException.malformed("The header " + family + "-id holds a dot.");
        }
        List<byte[]> hmacs = new ArrayList<>();
        List<byte[]> signatures = new ArrayList<>();
        String[] all = shown.split(" +", -1);
        if (all.length > MAX_SIGNATURES) {
            throw UnauthorizedException.malformed(
                    "The header " + family + "-signature has more than " + MAX_SIGNATURES + " signatures.");
        }
        for (String one : all) {
            if (one.startsWith("v1,")) {
                add(hmacs, one.substring(3));
            } else if (one.startsWith("v1a,")) {
                add(signatures, one.substring(4));
            }
        }
        if (hmacs.isEmpty() && signatures.isEmpty()) {
            throw UnauthorizedException.malformed("The header " + family + "-signature has no signature v1 or v1a.");
        }
        byte[] idBytes = Credentials.bytes(id);
        byte[] timeBytes = Credentials.bytes(timestamp);
        boolean right = symmetric.match(hmacs, idBytes, DOT, timeBytes, DOT, request.body());
        right |= asymmetric.match(signatures, idBytes, DOT, timeBytes, DOT, request.body());
        if (!right) {
            throw UnauthorizedException.wrong("The signature in " + family + "-signature is wrong.");
        }
        time.check(timestamp, family + "-timestamp");
    }

    /** @return {@code webhook} or {@code svix}: of whose headers id and time are signed */
    static String family(WebhookRequest request) {
        return isSigned(request, "webhook") || !isSigned(request, "svix") ? "webhook" : "svix";
    }

    /** @return whether the request claims to be signed with headers of this family */
    static boolean isSigned(WebhookRequest request, String family) {
        return !request.headers(family + "-signature").isEmpty();
    }

    private static void add(List<byte[]> decoded, String base64) {
        byte[] signature = SignatureEncoding.BASE64.tryDecode(base64);
        if (signature != null) {
            decoded.add(signature);
        }
    }

    @Override
    public String challenge() {
        return "Signature header=\"webhook-signature\"";
    }
}
