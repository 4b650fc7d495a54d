package io.bactrian.webhook;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An HMAC over the raw body, in a header: GitHub's, and any other of that form. */
final class HmacVerifier implements Verifier {

    private static final Map<String, String> ALGORITHMS =
            Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha384", "HmacSHA384", "sha512", "HmacSHA512");

    private final List<SecretKeySpec> keys;
    private final String algorithm;
    private final String header;
    private final String prefix;
    private final Encoding encoding;

    /** How a signature is written. */
    private enum Encoding {
        HEX {
            @Override
            byte[] decode(String text) {
                return HexFormat.of().parseHex(text);
            }
        },
        BASE64 {
            @Override
            byte[] decode(String text) {
                return Base64.getDecoder().decode(text);
            }
        },
        BASE64URL {
            @Override
            byte[] decode(String text) {
                return Base64.getUrlDecoder().decode(text);
            }
        };

        abstract byte[] decode(String text);

        static Encoding of(String name) {
            return switch (name) {
                case "hex" -> HEX;
                case "base64" -> BASE64;
                case "base64url" -> BASE64URL;
                default ->
                    throw new IllegalArgumentException("encoding=" + name + ": expected hex, base64 or base64url");
            };
        }
    }

    private HmacVerifier(List<String> secrets, String algorithm, String header, String prefix, Encoding encoding) {
        this.algorithm = ALGORITHMS.get(algorithm);
        if (this.algorithm == null) {
            throw new IllegalArgumentException("algorithm=" + algorithm + ": expected sha256, sha1, sha384 or sha512");
        }
        this.keys = secrets.stream()
                .map(secret -> new SecretKeySpec(secret.getBytes(UTF_8), this.algorithm))
                .toList();
        this.header = header;
        this.prefix = prefix;
        this.encoding = encoding;
    }

    /** GitHub: {@code X-Hub-Signature-256: sha256=<hex>}. */
    static HmacVerifier github(List<String> secrets) {
        return new HmacVerifier(secrets, "sha256", "X-Hub-Signature-256", "sha256=", Encoding.HEX);
    }

    static HmacVerifier of(VerifierOptions options) {
        if (options.header().isBlank()) {
            throw new IllegalArgumentException("header is missing: verify=hmac needs the one with the signature");
        }
        return new HmacVerifier(
                options.secrets(),
                options.algorithm().isBlank() ? "sha256" : options.algorithm(),
                options.header(),
                options.prefix(),
                options.encoding().isBlank() ? Encoding.HEX : Encoding.of(options.encoding()));
    }

    @Override
    public void verify(WebhookRequest request) throws UnauthorizedException {
        String shown = request.header(header);
        if (shown == null || shown.isBlank()) {
            throw new UnauthorizedException(
                    UnauthorizedException.Reason.MISSING, "A signature is needed, once, in the header " + header + ".");
        }
        byte[] signature = decode(shown.trim());
        boolean right = false;
        for (SecretKeySpec key : keys) {
            right |= MessageDigest.isEqual(mac(key, request.body()), signature);
        }
        if (!right) {
            throw new UnauthorizedException(
                    UnauthorizedException.Reason.WRONG, "The signature in " + header + " is wrong.");
        }
    }

    private byte[] decode(String shown) throws UnauthorizedException {
        try {
            if (shown.startsWith(prefix)) {
                return encoding.decode(shown.substring(prefix.length()));
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for a wrong prefix
        }
        throw new UnauthorizedException(
                UnauthorizedException.Reason.MALFORMED, "The signature in " + header + " has not the expected form.");
    }

    private byte[] mac(SecretKeySpec key, byte[] body) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    @Override
    public String challenge() {
        return "Signature header=\"" + header + "\"";
    }
}
