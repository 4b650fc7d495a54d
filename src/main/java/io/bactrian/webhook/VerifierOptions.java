package io.bactrian.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The parameters of a webhook that concern its credential; an empty text is one that was not given.
 *
 * @param scheme one of {@link Verifiers#names()}
 * @param given the secrets that are good at present
 * @param header that carries it
 * @param algorithm of the HMAC
 * @param encoding of the signature
 * @param prefix before the signature
 * @param signedContent template of what is signed
 * @param timestampHeader header with what {@code {timestamp}} stands for
 * @param idHeader header with what {@code {id}} stands for
 * @param tolerance how far a signed timestamp may be off, both ways
 * @param publicUrl scheme and host that the provider calls
 */
public record VerifierOptions(
        String scheme,
        Secrets given,
        String header,
        String algorithm,
        String encoding,
        String prefix,
        String signedContent,
        String timestampHeader,
        String idHeader,
        Duration tolerance,
        String publicUrl) {

    public VerifierOptions {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(given, "given");
        Objects.requireNonNull(tolerance, "tolerance");
    }

    /** @return options with defaults for everything but scheme and secrets */
    public static VerifierOptions of(String scheme, Secrets secrets) {
        return new VerifierOptions(scheme, secrets, "", "", "", "", "", "", "", Duration.ofMinutes(5), "");
    }

    /** @return the secrets, for schemes in which one never holds a blank */
    List<String> secrets() {
        return given.words();
    }

    /** @return the secrets, for schemes that take any text */
    List<String> phrases() {
        List<String> all = new ArrayList<>(given.words());
        given.phrase().ifPresent(all::add);
        return all;
    }

    @Override
    public String toString() {
        return "VerifierOptions[scheme=" + scheme + "]";
    }
}
