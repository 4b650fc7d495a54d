package io.bactrian.webhook;

import java.time.Clock;

/**
 * An HMAC in a header: over the raw body, as GitHub, Bitbucket and Shopify do it, or over a template of body, timestamp,
 * id and URL. Slack's is one of these too.
 */
final class HmacVerifier implements Verifier {

    private final HmacKeys keys;
    private final String header;
    private final String prefix;
    private final SignatureEncoding encoding;
    private final SignedContent content;

    private HmacVerifier(
            HmacKeys keys, String header, String prefix, SignatureEncoding encoding, SignedContent content) {
        this.keys = keys;
        this.header = header;
        this.prefix = prefix;
        this.encoding = encoding;
        this.content = content;
    }

    /** GitHub: {@code X-Hub-Signature-256: sha256=<hex>}. */
    static HmacVerifier github(VerifierOptions options) {
        return hex(options, "X-Hub-Signature-256");
    }

    /** Bitbucket Cloud and Data Center: {@code X-Hub-Signature: sha256=<hex>}. */
    static HmacVerifier bitbucket(VerifierOptions options) {
        return hex(options, "X-Hub-Signature");
    }

    private static HmacVerifier hex(VerifierOptions options, String header) {
        return new HmacVerifier(
                HmacKeys.ofText("sha256", options.phrases()),
                header,
                "sha256=",
                SignatureEncoding.HEX,
                SignedContent.BODY);
    }

    /** Shopify: {@code X-Shopify-Hmac-SHA256: <base64>}. */
    static HmacVerifier shopify(VerifierOptions options) {
        return new HmacVerifier(
                HmacKeys.ofText("sha256", options.phrases()),
                "X-Shopify-Hmac-SHA256",
                "",
                SignatureEncoding.BASE64,
                SignedContent.BODY);
    }

    /** Slack: {@code X-Slack-Signature: v0=<hex>} over {@code v0:timestamp:body}. */
    static HmacVerifier slack(VerifierOptions options, Clock clock) {
        return new HmacVerifier(
                HmacKeys.ofText("sha256", options.phrases()),
                "X-Slack-Signature",
                "v0=",
                SignatureEncoding.HEX,
                SignedContent.parse(
                        "v0:{timestamp}:{body}",
                        "X-Slack-Request-Timestamp",
                        "",
                        SignedUrl.of(""),
                        new SignedTime(options.tolerance(), clock)));
    }

    static HmacVerifier of(VerifierOptions options, Clock clock) {
        if (options.header().isBlank()) {
            throw new IllegalArgumentException("header is missing: verify=hmac needs the one with the signature");
        }
        return new HmacVerifier(
                HmacKeys.ofText(options.algorithm().isBlank() ? "sha256" : options.algorithm(), options.phrases()),
                options.header(),
                options.prefix(),
                options.encoding().isBlank() ? SignatureEncoding.HEX : SignatureEncoding.of(options.encoding()),
                SignedContent.parse(
                        options.signedContent().isBlank() ? "{body}" : options.signedContent(),
                        options.timestampHeader(),
                        options.idHeader(),
                        SignedUrl.of(options.publicUrl()),
                        new SignedTime(options.tolerance(), clock)));
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String shown = Credentials.header(request, header);
        byte[] signature = shown.startsWith(prefix) ? encoding.tryDecode(shown.substring(prefix.length())) : null;
        if (signature == null) {
            throw UnauthorizedException.malformed("The signature in " + header + " has not the expected form.");
        }
        if (!keys.match(signature, content.parts(request))) {
            throw UnauthorizedException.wrong("The signature in " + header + " is wrong.");
        }
        content.checkTime(request);
    }

    @Override
    public String challenge() {
        return "Signature header=\"" + header + "\"";
    }
}
