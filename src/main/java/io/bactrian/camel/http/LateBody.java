package io.bactrian.camel.http;

import java.time.Duration;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/**
 * What comes of a request of HTTP/2 behind its answer: it is thrown away as long as a request may take, as over HTTP/1,
 * and then its stream is reset. A reset at once would be allowed (RFC 9113 8.1), but there are clients that lose the
 * answer by it. On the event loop of its connection.
 */
final class LateBody {

    private static final long NO_ERROR = 0;
    private static final long NONE = -1;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Duration atMost;
    private long timer = NONE;

    private LateBody(Vertx vertx, HttpServerRequest request, Duration atMost) {
        this.vertx = vertx;
        this.request = request;
        this.atMost = atMost;
    }

    /** To be called before anything is answered. */
    static void bound(Vertx vertx, HttpServerRequest request, Duration atMost) {
        LateBody body = new LateBody(vertx, request, atMost);
        request.response().endHandler(answered -> body.await()).closeHandler(closed -> body.forget());
    }

    private void await() {
        if (!request.isEnded() && !request.response().closed()) {
            timer = vertx.setTimer(atMost.toMillis(), due -> reset());
        }
    }

    /** A timer holds the whole request, of which there may be many in that time. */
    private void forget() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
        }
    }

    private void reset() {
        if (!request.isEnded() && !request.response().closed()) {
            request.response().reset(NO_ERROR);
        }
    }
}
