package io.bactrian.camel.http;

import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which headers may cross the HTTP border: outwards by an allow-list, inwards everything but what could do harm. */
public final class HeaderPolicy {

    private static final Set<String> ANSWER = names(
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

    /** The same names as our own steps write them: found by one look, where the comparison without case takes many. */
    private static final Set<String> ANSWER_AS_WRITTEN = Set.copyOf(ANSWER);

    private static final Set<String> REFUSED = names(
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
    private static final Set<String> SHOWN = names(
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
        return ANSWER_AS_WRITTEN.contains(name) || ANSWER.contains(name);
    }

    /** @return whether a request header becomes a header of the exchange, where routes can read it */
    public static boolean mayEnter(String name) {
        return name.startsWith(EVENT_ATTRIBUTE)
                || (!REFUSED.contains(name) && !startsWith(name, "Camel") && !startsWith(name, "Nats-"));
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static Set<String> names(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Collections.addAll(set, names);
        if (set.size() != names.length) {
            throw new IllegalArgumentException(String.join(",", names).toLowerCase(Locale.ROOT));
        }
        return Collections.unmodifiableSet(set);
    }
}
