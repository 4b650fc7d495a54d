package io.bactrian.webhook;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Stripe: {@code Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]} over {@code t.body}. The whole secret, {@code whsec_}
 * included, is the key. One right {@code v1} is enough, other schemes are passed by.
 */
final class StripeVerifier implements Verifier {

    private static final String HEADER = "Stripe-Signature";
    private static final byte[] DOT = {'.'};

    private final HmacKeys keys;
    private final SignedTime time;

    StripeVerifier(VerifierOptions options, Clock clock) {
        this.keys = HmacKeys.ofText("sha256", options.phrases());
        this.time = new SignedTime(options.tolerance(), clock);
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String timestamp = null;
        List<byte[]> signatures = new ArrayList<>();
        for (String part : Credentials.header(request, HEADER).split(",", -1)) {
            String item = part.trim();
            if (item.startsWith("t=")) {
                if (timestamp != null) {
                    throw malformed();
                }
                timestamp = item.substring(2);
            } else if (item.startsWith("v1=")) {
                byte[] signature = SignatureEncoding.HEX.tryDecode(item.substring(3));
                if (signature != null) {
                    signatures.add(signature);
                }
            }
        }
        if (timestamp == null || signatures.isEmpty()) {
            throw malformed();
        }
        if (!keys.match(signatures, timestamp.getBytes(UTF_8), DOT, request.body())) {
            throw UnauthorizedException.wrong("The signature in " + HEADER + " is wrong.");
        }
        time.check(timestamp, HEADER);
    }

    private static UnauthorizedException malformed() {
        return UnauthorizedException.malformed(
                "The header " + HEADER + " has not the expected form: one t= and at least one v1=.");
    }

    @Override
    public String challenge() {
        return "Signature header=\"" + HEADER + "\"";
    }
}
