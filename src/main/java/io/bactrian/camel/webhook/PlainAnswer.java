package io.bactrian.camel.webhook;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** Gives a provider its own text back. Anybody may have made it up, so no browser is to take it for anything but text. */
final class PlainAnswer {

    private PlainAnswer() {}

    /** Answers and ends the route: a question is no event. */
    static void end(Exchange exchange, String text) {
        Message answer = new DefaultMessage(exchange);
        answer.setBody(text);
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        answer.setHeader("Content-Type", "text/plain; charset=utf-8");
        answer.setHeader("X-Content-Type-Options", "nosniff");
        answer.setHeader("Content-Security-Policy", "sandbox");
        answer.setHeader("Cache-Control", "no-store");
        exchange.setMessage(answer);
        exchange.setRouteStop(true);
    }
}
