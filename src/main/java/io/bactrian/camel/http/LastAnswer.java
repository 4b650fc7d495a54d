package io.bactrian.camel.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** An answer that is the last one of its connection. Called on the event loop, before the answer is sent. */
final class LastAnswer {
    private static final long NO_ERROR = 0;

    private LastAnswer() {}

    /** Asks the client to come again on another connection; over HTTP/2 it may finish here what it has begun. */
    static void sendElsewhere(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().goAway(NO_ERROR);
        } else {
            close(request);
        }
    }

    /**
     * Ends a connection of HTTP/1 behind its answer (RFC 9112 9.6); one of HTTP/2 goes on. A client that is still sending
     * might lose the answer by that, so its connection is left to it and to the limits of time.
     */
    static void close(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return;
        }
        request.response().putHeader("Connection", "close").endHandler(answered -> {
            if (request.isEnded()) {
                request.connection().close();
            }
        });
    }
}
