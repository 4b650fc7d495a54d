package io.bactrian.camel.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One request that was answered 4xx, with nothing in it that could be used: no body, no credential.
 *
 * @param at when it was answered
 * @param webhook label from configuration
 * @param reason slug of the problem, such as {@code unauthorized}
 * @param status of the answer
 * @param detail what the sender was told
 * @param method of the request
 * @param path without its query
 * @param remote address of the other end of the connection, which may be a proxy's
 * @param headers in order; the value of what is not known to be harmless is replaced by its length
 */
public record RejectedRequest(
        Instant at,
        String webhook,
        String reason,
        int status,
        String detail,
        String method,
        String path,
        String remote,
        List<Map.Entry<String, String>> headers) {

    public RejectedRequest {
        headers = List.copyOf(headers);
    }
}
