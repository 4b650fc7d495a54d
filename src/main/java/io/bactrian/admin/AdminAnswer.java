package io.bactrian.admin;

import java.util.Map;

/**
 * An answer of the API.
 *
 * @param headers beside {@code Content-Type}
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record AdminAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {

    static AdminAnswer json(int status, Json.Members members) {
        return new AdminAnswer(status, "application/json", Json.object(members), Map.of());
    }
}
