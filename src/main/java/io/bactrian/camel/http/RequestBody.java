package io.bactrian.camel.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** A request's body while it arrives: counted chunk by chunk, since nothing else about its length is to be believed. */
final class RequestBody {

    private static final byte[] EMPTY = {};

    private final long max;
    private Buffer bytes;
    private boolean grown;

    /** @param max bytes it may have */
    RequestBody(long max) {
        this.max = max;
    }

    /** @return what the head says, or 0 when it says nothing that can be read */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** @throws ProblemException 413 for more than is allowed */
    void add(Buffer chunk) throws ProblemException {
        if (chunk.length() + (bytes == null ? 0L : bytes.length()) > max) {
            throw tooLarge(max).toException();
        }
        if (bytes == null) {
            bytes = chunk;
            return;
        }
        if (!grown) {
            grown = true;
            bytes = Buffer.buffer(bytes.length() + chunk.length()).appendBuffer(bytes);
        }
        bytes.appendBuffer(chunk);
    }

    static Problem tooLarge(long max) {
        return new Problem(ProblemKind.PAYLOAD_TOO_LARGE, "The body has more than the " + max + " bytes allowed here.");
    }

    byte[] toBytes() {
        return bytes == null ? EMPTY : bytes.getBytes();
    }
}
