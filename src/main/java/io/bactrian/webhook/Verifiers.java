package io.bactrian.webhook;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes the verifier of a scheme. */
public final class Verifiers {

    /** A scheme: the parameters it takes beside the secret, and how it is made. */
    private record Scheme(boolean needsSecret, Set<String> parameters, Function<VerifierOptions, Verifier> maker) {}

    private static final Map<String, Scheme> SCHEMES = schemes();

    private Verifiers() {}

    private static Map<String, Scheme> schemes() {
        Map<String, Scheme> schemes = new LinkedHashMap<>();
        schemes.put("github", new Scheme(true, Set.of(), o -> HmacVerifier.github(o.secrets())));
        schemes.put("hmac", new Scheme(true, Set.of("header", "algorithm", "encoding", "prefix"), HmacVerifier::of));
        schemes.put("token", new Scheme(true, Set.of("header"), o -> new TokenVerifier(o.secrets(), o.header())));
        schemes.put("none", new Scheme(false, Set.of(), o -> NoVerifier.INSTANCE));
        return schemes;
    }

    /** @return the schemes there are */
    public static Set<String> names() {
        return Set.copyOf(SCHEMES.keySet());
    }

    /**
     * @param clock for signed timestamps
     * @throws IllegalArgumentException naming what is missing, unknown or not used by the scheme, never a secret
     */
    public static Verifier create(VerifierOptions options, Clock clock) {
        Scheme scheme = SCHEMES.get(options.scheme());
        if (scheme == null) {
            throw new IllegalArgumentException(
                    "verify=" + options.scheme() + ": expected one of " + String.join(", ", SCHEMES.keySet()));
        }
        if (scheme.needsSecret() && options.secrets().isEmpty()) {
            throw new IllegalArgumentException("secret is missing or empty: verify=" + options.scheme() + " needs one");
        }
        if (!scheme.needsSecret() && !options.secret().isBlank()) {
            throw new IllegalArgumentException("secret is given, but verify=" + options.scheme() + " looks at none");
        }
        Map<String, String> given = Map.of(
                "header", options.header(),
                "algorithm", options.algorithm(),
                "encoding", options.encoding(),
                "prefix", options.prefix(),
                "publicUrl", options.publicUrl());
        List<String> unused = given.entrySet().stream()
                .filter(p -> !p.getValue().isBlank() && !scheme.parameters().contains(p.getKey()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", unused) + ": verify=" + options.scheme() + " does not use it");
        }
        return scheme.maker().apply(options);
    }
}
