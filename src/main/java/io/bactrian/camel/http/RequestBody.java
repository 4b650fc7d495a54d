package io.bactrian.camel.http;

import java.util.Arrays;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** A request's body while it arrives: counted chunk by chunk, since nothing else about its length is to be believed. */
final class RequestBody {

    private static final byte[] EMPTY = {};

    private final long max;
    /** All of it, when it has come at once. */
    private Buffer first;
    /** The beginning of it, and room for a quarter more at most: many bodies at a time are to take little more than they are. */
    private byte[] bytes;

    private int length;

    /** @param max bytes it may have */
    RequestBody(long max) {
        this.max = max;
    }

    /** @return what the head says, or 0 when it says nothing that can be read */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** @throws ProblemException 413 for more than is allowed */
    void add(Buffer chunk) throws ProblemException {
        int whole = length + chunk.length();
        if (whole < 0 || whole > max) {
            throw tooLarge(max).toException();
        }
        if (length == 0) {
            first = chunk;
        } else {
            if (first != null) {
                bytes = Arrays.copyOf(first.getBytes(), roomFor(whole));
                first = null;
            } else if (bytes.length < whole) {
                bytes = Arrays.copyOf(bytes, roomFor(whole));
            }
            chunk.getBytes(bytes, length);
        }
        length = whole;
    }

    private int roomFor(int whole) {
        return (int) Math.min(max, Math.min(whole + whole / 4L, Integer.MAX_VALUE - 8));
    }

    static Problem tooLarge(long max) {
        return new Problem(ProblemKind.PAYLOAD_TOO_LARGE, "The body has more than the " + max + " bytes allowed here.");
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        if (length == 0) {
            return EMPTY;
        }
        if (first != null) {
            return first.getBytes();
        }
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }
}
