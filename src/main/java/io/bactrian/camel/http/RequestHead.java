package io.bactrian.camel.http;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * What must be true of the head of every request, beyond what the HTTP decoder asks for: nothing whose framing two
 * readers could understand differently, and no header twice that has one value.
 */
final class RequestHead {

    private static final List<String> SINGLE = List.of(
            "Host",
            "Content-Type",
            "Content-Length",
            "Expect",
            "Idempotency-Key",
            "WebHook-Request-Origin",
            "WebHook-Request-Rate",
            "WebHook-Request-Callback");

    private static final char DELETE = 0x7f;

    private RequestHead() {}

    /** A head that is refused. */
    static final class BadHeadException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final String header;

        private BadHeadException(String header, String message) {
            super(message);
            this.header = header;
        }
    }

    /**
     * @param maxHeaders header lines, at most
     * @throws BadHeadException naming the header and what was expected
     */
    static void check(MultiMap headers, int maxHeaders) {
        Lines lines = new Lines();
        headers.forEach(lines);
        if (lines.count > maxHeaders) {
            throw new BadHeadException(null, lines.count + " headers; at most " + maxHeaders + " are taken");
        }
        if (lines.repeated != null) {
            throw new BadHeadException(lines.repeated, "is given more than once");
        }
    }

    /** Counts header lines, and finds one that is there twice and must not be. */
    private static final class Lines implements BiConsumer<String, String> {
        private int count;
        /** A bit for each of those that are to be single. */
        private int seen;

        private String repeated;

        @Override
        public void accept(String name, String value) {
            count++;
            for (int i = 0; i < SINGLE.size(); i++) {
                if (SINGLE.get(i).equalsIgnoreCase(name)) {
                    if ((seen & 1 << i) != 0) {
                        repeated = SINGLE.get(i);
                    }
                    seen |= 1 << i;
                }
            }
        }
    }

    /**
     * The rest of the checks for HTTP/2, whose decoder takes any byte in a value (RFC 9113 8.2.1).
     *
     * @throws BadHeadException naming the header
     */
    static void checkValues(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            if (header.getValue().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == DELETE)) {
                throw new BadHeadException(header.getKey(), "has a control character");
            }
        }
    }

    /**
     * The rest of the checks for HTTP/1, where the head says how long the body is (RFC 9112 3.2, 6.1 and 6.3).
     *
     * @param host whether the version of the protocol asks for a {@code Host}
     * @throws BadHeadException naming the header and what was expected
     */
    static void checkFraming(MultiMap headers, boolean host) {
        if (host && !headers.contains(HttpHeaders.HOST)) {
            throw new BadHeadException("Host", "is missing");
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)) {
            // of drafts before RFC 6455: Netty takes eight bytes behind the head for its body, and no other reader does
            throw new BadHeadException("Sec-WebSocket-Key1", "is not understood");
        }
        if (!headers.contains(HttpHeaders.TRANSFER_ENCODING)) {
            return;
        }
        List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        if (!host) {
            throw new BadHeadException("Transfer-Encoding", "is not part of HTTP/1.0");
        }
        if (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked")) {
            throw new BadHeadException("Transfer-Encoding", "only chunked is understood");
        }
        if (headers.contains(HttpHeaders.CONTENT_LENGTH)) {
            throw new BadHeadException("Content-Length", "must not come with Transfer-Encoding");
        }
    }

    /** @return what to answer to a head that was refused here or by the decoder */
    static Problem problem(Throwable cause, HttpLimits limits) {
        if (cause instanceof BadHeadException bad) {
            return new Problem(
                    ProblemKind.INVALID_REQUEST,
                    (bad.header == null ? "" : bad.header + " ") + bad.getMessage() + ".",
                    bad.header == null
                            ? List.of(new Problem.Fault(null, null, "limit", bad.getMessage()))
                            : List.of(new Problem.Fault(null, bad.header, "http", bad.getMessage())),
                    Map.of());
        }
        if (cause instanceof TooLongHttpLineException) {
            return invalid("The request line has more than " + limits.maxHeaderSize() + " bytes.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return invalid("The headers have more than " + limits.maxHeaderSize() + " bytes.");
        }
        return invalid("The request is not well-formed HTTP.");
    }

    private static Problem invalid(String detail) {
        return new Problem(ProblemKind.INVALID_REQUEST, detail);
    }
}
