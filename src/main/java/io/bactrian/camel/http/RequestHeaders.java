package io.bactrian.camel.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Message;

/** The headers of a request on their way into a route, and the memory of them, so that none comes back by itself. */
final class RequestHeaders {

    private final List<String> mayLeave = new ArrayList<>(2);

    /** Puts those that may enter on the message of an exchange. */
    void enter(HttpServerRequest request, Message message) {
        Map<String, Object> headers = message.getHeaders();
        request.headers().forEach((name, value) -> {
            if (HeaderPolicy.mayEnter(name)) {
                headers.putIfAbsent(name, value);
                if (HeaderPolicy.mayLeave(name)) {
                    mayLeave.add(value);
                }
            }
        });
    }

    /** @return whether the request brought this very value, which is no answer then; a route may set an equal one */
    @SuppressWarnings("ReferenceEquality")
    boolean brought(Object value) {
        for (String header : mayLeave) {
            if (header == value) {
                return true;
            }
        }
        return false;
    }
}
