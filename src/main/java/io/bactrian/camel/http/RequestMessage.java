package io.bactrian.camel.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultMessage;

/**
 * The message a request enters its route with. Its headers become a map when a step first asks for them, and none of the
 * shipped routes does; and it remembers them, so that none comes back by itself.
 */
final class RequestMessage extends DefaultMessage {

    private final HttpServerRequest request;
    private final List<String> mayLeave = new ArrayList<>(2);

    RequestMessage(Exchange exchange, HttpServerRequest request) {
        super(exchange);
        this.request = request;
    }

    /** Else a copy of the message, which asks whether there are any, would be one without. */
    @Override
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    /** Those that may enter, of a repeated one the first, and where they were sent. */
    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        request.headers().forEach((name, value) -> {
            if (HeaderPolicy.mayEnter(name)) {
                headers.putIfAbsent(name, value);
                if (HeaderPolicy.mayLeave(name)) {
                    mayLeave.add(value);
                }
            }
        });
        headers.put(Exchange.HTTP_METHOD, request.method().name());
        headers.put(Exchange.HTTP_PATH, request.path());
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
