package io.bactrian.webhook;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * The URL that a provider signed. Behind a proxy this server sees another one, so it is configured: scheme and host, to
 * which path and query of the request are added, or with a path of its own, to which only the query is.
 */
final class SignedUrl {

    private final String base;
    private final boolean hasPath;

    private SignedUrl(String base, boolean hasPath) {
        this.base = base;
        this.hasPath = hasPath;
    }

    /** @throws IllegalArgumentException when it is no http or https URL, or has a query */
    static SignedUrl of(String publicUrl) {
        if (publicUrl.isBlank()) {
            return new SignedUrl("", false);
        }
        String trimmed = publicUrl.trim();
        URI uri;
        try {
            uri = URI.create(trimmed);
        } catch (IllegalArgumentException e) {
            throw expected(trimmed, e);
        }
        if (uri.getScheme() == null
                || !Set.of("http", "https").contains(uri.getScheme())
                || uri.getHost() == null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw expected(trimmed, null);
        }
        String path = uri.getRawPath();
        boolean hasPath = path != null && path.length() > 1;
        return new SignedUrl(
                hasPath || path == null || path.isEmpty() ? trimmed : trimmed.substring(0, trimmed.length() - 1),
                hasPath);
    }

    private static IllegalArgumentException expected(String url, Exception cause) {
        return new IllegalArgumentException(
                "publicUrl=" + url + ": expected such as https://hooks.example.com, without a query", cause);
    }

    /** @return the URL, then the same without its port, or with the default one written out where it has none */
    List<String> of(WebhookRequest request) {
        String url = base.isEmpty() ? request.url() : base + (hasPath ? "" : request.path()) + query(request);
        return List.of(url, otherPort(url));
    }

    private static String query(WebhookRequest request) {
        return request.rawQuery() == null ? "" : "?" + request.rawQuery();
    }

    private static String otherPort(String url) {
        int authority = url.indexOf("://") + 3;
        String port = url.startsWith("https:") ? ":443" : ":80";
        int end = authority;
        while (end < url.length() && url.charAt(end) != '/' && url.charAt(end) != '?') {
            end++;
        }
        String host = url.substring(authority, end);
        String rest = url.substring(end);
        int colon = host.lastIndexOf(':');
        boolean explicit = colon > Math.max(host.lastIndexOf(']'), host.lastIndexOf('@'));
        return url.substring(0, authority) + (explicit ? host.substring(0, colon) : host + port) + rest;
    }
}
