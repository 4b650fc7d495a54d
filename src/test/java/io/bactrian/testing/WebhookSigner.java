package io.bactrian.testing;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Signs as the providers do, written from their documentation and without a line of the verifiers. */
public final class WebhookSigner {

    private WebhookSigner() {}

    public static byte[] hmac(String algorithm, byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Text and bytes, one behind the other. */
    public static byte[] concat(String text, byte[] bytes) {
        byte[] before = text.getBytes(UTF_8);
        byte[] all = new byte[before.length + bytes.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(bytes, 0, all, before.length, bytes.length);
        return all;
    }

    /** Value of {@code X-Hub-Signature-256}. */
    public static String github(String secret, byte[] body) {
        return "sha256=" + hex(hmac("HmacSHA256", secret.getBytes(UTF_8), body));
    }

    /** Value of {@code Stripe-Signature}. */
    public static String stripe(String secret, long seconds, byte[] body) {
        return "t=" + seconds + ",v1=" + stripeSignature(secret, seconds, body);
    }

    public static String stripeSignature(String secret, long seconds, byte[] body) {
        return hex(hmac("HmacSHA256", secret.getBytes(UTF_8), concat(seconds + ".", body)));
    }

    /** Value of {@code X-Slack-Signature}. */
    public static String slack(String secret, long seconds, byte[] body) {
        return "v0=" + hex(hmac("HmacSHA256", secret.getBytes(UTF_8), concat("v0:" + seconds + ":", body)));
    }

    /** One signature of {@code webhook-signature}, with a {@code whsec_} secret. */
    public static String standard(String secret, String id, long seconds, byte[] body) {
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        return "v1," + base64(hmac("HmacSHA256", key, concat(id + "." + seconds + ".", body)));
    }

    /** One signature of {@code webhook-signature}, with a private ed25519 key. */
    public static String standard(PrivateKey key, String id, long seconds, byte[] body) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(concat(id + "." + seconds + ".", body));
            return "v1a," + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Value of {@code X-Twilio-Signature} of a form. */
    public static String twilio(String secret, String url, Map<String, String> parameters) {
        StringBuilder signed = new StringBuilder(url);
        new TreeMap<>(parameters).forEach((name, value) -> signed.append(name).append(value));
        return base64(hmac("HmacSHA1", secret.getBytes(UTF_8), signed.toString().getBytes(UTF_8)));
    }
}
