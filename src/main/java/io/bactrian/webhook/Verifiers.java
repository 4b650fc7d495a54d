package io.bactrian.webhook;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Makes the verifier of a scheme. */
public final class Verifiers {

    private static final Map<String, Scheme> SCHEMES = schemes();

    /** A scheme: the parameters it takes beside the secret, and how it is made. */
    private record Scheme(
            boolean needsSecret, Set<String> parameters, BiFunction<VerifierOptions, Clock, Verifier> maker) {}

    private Verifiers() {}

    private static Map<String, Scheme> schemes() {
        Map<String, Scheme> schemes = new LinkedHashMap<>();
        put(schemes, "github", Set.of(), (options, clock) -> HmacVerifier.github(options));
        put(schemes, "gitlab", Set.of(), GitLabVerifier::new);
        put(schemes, "stripe", Set.of(), StripeVerifier::new);
        put(schemes, "slack", Set.of(), HmacVerifier::slack);
        put(schemes, "shopify", Set.of(), (options, clock) -> HmacVerifier.shopify(options));
        put(schemes, "twilio", Set.of("publicUrl"), (options, clock) -> new TwilioVerifier(options));
        put(
                schemes,
                "standard-webhooks",
                Set.of(),
                (options, clock) -> new StandardWebhooksVerifier(options.secrets(), options, clock));
        put(schemes, "bitbucket", Set.of(), (options, clock) -> HmacVerifier.bitbucket(options));
        put(
                schemes,
                "hmac",
                Set.of(
                        "header",
                        "algorithm",
                        "encoding",
                        "prefix",
                        "signedContent",
                        "timestampHeader",
                        "idHeader",
                        "publicUrl"),
                HmacVerifier::of);
        put(
                schemes,
                "token",
                Set.of("header"),
                (options, clock) -> TokenVerifier.of(options.phrases(), options.header()));
        put(schemes, "basic", Set.of(), (options, clock) -> new BasicVerifier(options));
        schemes.put("none", new Scheme(false, Set.of(), (options, clock) -> NoVerifier.INSTANCE));
        return schemes;
    }

    private static void put(
            Map<String, Scheme> schemes,
            String name,
            Set<String> parameters,
            BiFunction<VerifierOptions, Clock, Verifier> maker) {
        schemes.put(name, new Scheme(true, parameters, maker));
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
        if (scheme.needsSecret() && options.given().isEmpty()) {
            throw new IllegalArgumentException("secret is missing or empty: verify=" + options.scheme() + " needs one");
        }
        if (!scheme.needsSecret() && !options.given().isEmpty()) {
            throw new IllegalArgumentException("secret is given, but verify=" + options.scheme() + " looks at none");
        }
        Map<String, String> given = Map.of(
                "header", options.header(),
                "algorithm", options.algorithm(),
                "encoding", options.encoding(),
                "prefix", options.prefix(),
                "signedContent", options.signedContent(),
                "timestampHeader", options.timestampHeader(),
                "idHeader", options.idHeader(),
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
        return scheme.maker().apply(options, clock);
    }
}
