package io.bactrian.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a verifier and a mapping may look at: the request as it came. */
public interface WebhookRequest {

    String method();

    /** @return the path as sent, still encoded */
    String path();

    /** @return the query without its question mark, still encoded, or null */
    String rawQuery();

    /** @return the value of a placeholder such as {@code {tenant}} in the configured path, decoded, or null */
    String pathParameter(String name);

    /** @return all values of a header whose name matches in any case, in order; empty when it is missing */
    List<String> headers(String name);

    /** @return all headers, names as sent */
    Iterable<Map.Entry<String, String>> allHeaders();

    /** @return the bytes as received; not to be written to */
    byte[] body();

    /** @return scheme, host, path and query as this server sees them */
    String url();

    Instant receivedAt();

    /** @return the only value of a header, or null when it is missing or repeated: a repeated credential is no credential */
    default String header(String name) {
        List<String> values = headers(name);
        return values.size() == 1 ? values.get(0) : null;
    }
}
