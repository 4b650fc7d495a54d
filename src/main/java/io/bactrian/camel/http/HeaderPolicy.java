package io.bactrian.camel.http;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Which headers may cross the HTTP border: outwards by an allow-list, inwards everything but what could do harm. */
public final class HeaderPolicy {

    private static final Names ANSWER = Names.of(
            "Content-Type",
            "Location",
            "Retry-After",
            "Allow",
            "WWW-Authenticate",
            "Accept-Post",
            "Accept-Encoding",
            "Preference-Applied",
            "Vary",
            "ETag",
            "Cache-Control",
            "Bactrian-Duplicate",
            "Bactrian-Filtered",
            "Content-Disposition",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "WebHook-Allowed-Origin",
            "WebHook-Allowed-Rate");

    private static final Names REFUSED = Names.of(
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "Connection",
            "Keep-Alive",
            "Transfer-Encoding",
            "Upgrade",
            "TE",
            "Trailer",
            "Expect");

    /** What an operator may see of a refused request: never a credential, nor anything nobody has thought of. */
    private static final Names SHOWN = Names.of(
            "Accept",
            "Accept-Encoding",
            "Content-Encoding",
            "Content-Length",
            "Content-Type",
            "Host",
            "User-Agent",
            "Transfer-Encoding",
            "ce-id",
            "ce-source",
            "ce-specversion",
            "ce-type",
            "Prefer",
            "WebHook-Request-Origin",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-GitHub-Delivery",
            "X-GitHub-Event",
            "X-GitHub-Hook-ID",
            "X-Gitlab-Event",
            "X-Gitlab-Event-UUID",
            "X-Gitlab-Instance",
            "X-Event-Key",
            "X-Request-UUID",
            "X-Shopify-Shop-Domain",
            "X-Shopify-Topic",
            "X-Shopify-Webhook-Id",
            "X-Slack-Request-Timestamp",
            "X-Slack-Retry-Num",
            "X-Slack-Retry-Reason",
            "svix-id",
            "svix-timestamp",
            "webhook-id",
            "webhook-timestamp");

    /** No refused name begins like this, and most headers of an event in binary mode do. */
    private static final String EVENT_ATTRIBUTE = "ce-";

    private HeaderPolicy() {}

    /** @return whether the value of a request header may be shown to an operator */
    static boolean mayBeShown(String name) {
        return SHOWN.contains(name);
    }

    /** @return whether a route may send this header to the client */
    public static boolean mayLeave(String name) {
        return ANSWER.contains(name);
    }

    /** @return whether a request header becomes a header of the exchange, where routes can read it */
    public static boolean mayEnter(String name) {
        return name.startsWith(EVENT_ATTRIBUTE)
                || (!REFUSED.contains(name) && !startsWith(name, "Camel") && !startsWith(name, "Nats-"));
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /**
     * Names of headers, whatever their case. Each header of each request is looked for, and few are there: most are of
     * another length.
     *
     * @param asWritten as our own steps write them: found by one look, where the comparison without case takes many
     * @param lengths a bit for each length
     */
    private record Names(Set<String> asWritten, Set<String> anyCase, long lengths) {

        static Names of(String... names) {
            Set<String> anyCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            long lengths = 0;
            for (String name : names) {
                if (!anyCase.add(name) || name.length() >= Long.SIZE) {
                    throw new IllegalArgumentException(name);
                }
                lengths |= 1L << name.length();
            }
            return new Names(Set.of(names), Collections.unmodifiableSet(anyCase), lengths);
        }

        boolean contains(String name) {
            return name.length() < Long.SIZE
                    && (lengths >>> name.length() & 1) != 0
                    && (asWritten.contains(name) || anyCase.contains(name));
        }
    }
}
