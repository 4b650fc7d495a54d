package io.bactrian.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.bactrian.cloudevents.HeaderValues;

/** Which headers of a request go on with its event: those that an operator names, and never a credential by accident. */
final class KeptHeaders {

    private static final List<String> NEVER = List.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "content-encoding", // the data is unpacked
            "nats-*",
            "camel*",
            "x-hub-signature*",
            "x-shopify-hmac-*",
            "x-gitlab-token",
            "x-slack-signature",
            "x-twilio-signature",
            "stripe-signature",
            "webhook-signature",
            "svix-signature");

    /** Credentials of other systems, and what is of the connection rather than of the event: {@code docs/webhooks.md} has the list. */
    private static final List<String> ONLY_BY_NAME = List.of(
            "x-api-key",
            "api-key",
            "apikey",
            "x-auth-token",
            "x-access-token",
            "x-csrf-token",
            "x-xsrf-token",
            "x-amz-security-token",
            "x-goog-api-key",
            "x-shopify-access-token",
            "x-vault-token",
            "host",
            "content-length",
            "prefer",
            "expect",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final List<String> patterns;
    private final String credentialHeader;

    /**
     * @param patterns names, with an optional trailing {@code *}
     * @param credentialHeader where the webhook's own credential is, or empty
     */
    KeptHeaders(List<String> patterns, String credentialHeader) {
        this.patterns = patterns;
        this.credentialHeader = credentialHeader;
    }

    List<Map.Entry<String, String>> of(WebhookRequest request) {
        if (patterns.isEmpty()) {
            return List.of();
        }
        List<Map.Entry<String, String>> kept = new ArrayList<>();
        for (Map.Entry<String, String> header : request.allHeaders()) {
            if (isKept(header.getKey())) {
                kept.add(Map.entry(header.getKey(), HeaderValues.text(header.getValue())));
            }
        }
        return kept;
    }

    private boolean isKept(String name) {
        return matches(patterns, name)
                && !matches(NEVER, name)
                && !name.equalsIgnoreCase(credentialHeader)
                && (!matches(ONLY_BY_NAME, name) || patterns.stream().anyMatch(name::equalsIgnoreCase));
    }

    private static boolean matches(List<String> patterns, String name) {
        for (String pattern : patterns) {
            boolean prefix = pattern.endsWith("*");
            int length = prefix ? pattern.length() - 1 : pattern.length();
            if (name.regionMatches(true, 0, pattern, 0, length) && (prefix || name.length() == length)) {
                return true;
            }
        }
        return false;
    }
}
