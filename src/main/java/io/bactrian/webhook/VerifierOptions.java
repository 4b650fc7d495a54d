package io.bactrian.webhook;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The parameters of a webhook that concern its credential; an empty text is one that was not given.
 *
 * @param scheme one of {@link Verifiers#names()}
 * @param secret one, or several separated by blanks while rotating
 * @param header that carries it
 * @param algorithm of the HMAC
 * @param encoding of the signature
 * @param prefix before the signature
 * @param tolerance how far a signed timestamp may be off, both ways
 * @param publicUrl scheme and host that the provider calls
 */
public record VerifierOptions(
        String scheme,
        String secret,
        String header,
        String algorithm,
        String encoding,
        String prefix,
        Duration tolerance,
        String publicUrl) {

    public VerifierOptions {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(tolerance, "tolerance");
    }

    List<String> secrets() {
        return Arrays.stream(secret.trim().split("\\s+", -1))
                .filter(s -> !s.isEmpty())
                .toList();
    }

    @Override
    public String toString() {
        return "VerifierOptions[scheme=" + scheme + "]";
    }
}
