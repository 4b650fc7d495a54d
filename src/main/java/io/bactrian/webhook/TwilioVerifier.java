package io.bactrian.webhook;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Twilio: {@code X-Twilio-Signature}, an HMAC-SHA1 in base64. Of a form it covers the URL and each parameter, name and
 * value, sorted by name; of any other body the URL, whose parameter {@code bodySHA256} holds the body's hash. A body that
 * neither covers is refused: nobody signed it.
 */
final class TwilioVerifier implements Verifier {

    private static final String HEADER = "X-Twilio-Signature";
    private static final String BODY_HASH = "bodySHA256";

    /** Twilio's own have some tens. */
    private static final int MAX_PARAMETERS = 1000;

    private final HmacKeys keys;
    private final SignedUrl url;

    TwilioVerifier(VerifierOptions options) {
        this.keys = HmacKeys.ofText("sha1", options.phrases());
        this.url = SignedUrl.of(options.publicUrl());
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        byte[] signature = SignatureEncoding.BASE64.tryDecode(Credentials.header(request, HEADER));
        if (signature == null) {
            throw UnauthorizedException.malformed("The signature in " + HEADER + " has not the expected form.");
        }
        String hash = QueryText.first(request.rawQuery(), BODY_HASH);
        byte[] parameters = {};
        boolean covered = true;
        if (hash != null) {
            byte[] shown = SignatureEncoding.HEX.tryDecode(hash);
            covered = shown != null && MessageDigest.isEqual(sha256(request.body()), shown);
        } else if (isForm(request)) {
            parameters = parameters(request.body());
        } else if (request.body().length > 0) {
            throw UnauthorizedException.malformed(
                    "The body is not signed: expected a form, or bodySHA256 in the query.");
        }
        boolean right = false;
        for (String candidate : url.of(request)) {
            right |= keys.match(signature, candidate.getBytes(UTF_8), parameters);
        }
        if (!right || !covered) {
            throw UnauthorizedException.wrong("The signature in " + HEADER
                    + " is wrong. It covers the URL that Twilio calls: behind a proxy set publicUrl.");
        }
    }

    private static boolean isForm(WebhookRequest request) {
        String type = request.header("Content-Type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    private static byte[] parameters(byte[] body) throws UnauthorizedException {
        refuseMany(body);
        TreeMap<String, SortedSet<String>> sorted = new TreeMap<>();
        boolean all = QueryText.each(new String(body, UTF_8), (name, value) -> {
            sorted.computeIfAbsent(name, n -> new TreeSet<>()).add(value);
            return true;
        });
        if (!all || sorted.containsKey("")) {
            // the signature covers names and values, and of this pair there would be more in the data
            throw UnauthorizedException.malformed("The form has a parameter that is not encoded, or has no name.");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        sorted.forEach((name, values) -> values.forEach(value -> {
            out.writeBytes(name.getBytes(UTF_8));
            out.writeBytes(value.getBytes(UTF_8));
        }));
        return out.toByteArray();
    }

    /** Sorting comes before anybody is known. */
    private static void refuseMany(byte[] body) throws UnauthorizedException {
        int pairs = 1;
        for (byte b : body) {
            if (b == '&' && ++pairs > MAX_PARAMETERS) {
                throw UnauthorizedException.malformed("The form has more than " + MAX_PARAMETERS + " parameters.");
            }
        }
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    @Override
    public String challenge() {
        return "Signature header=\"" + HEADER + "\"";
    }
}
