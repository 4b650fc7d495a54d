package io.bactrian.camel.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.bactrian.camel.EventProperties;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** Puts an answer on an exchange, with nothing of the request left on it. */
final class Responses {

    private Responses() {}

    /** Sets a 2xx, or what the webhook says instead. */
    static void success(Exchange exchange, int status, byte[] json) {
        AnswerSettings settings = exchange.getProperty(EventProperties.ANSWER, AnswerSettings.class);
        Message answer = fresh(exchange);
        boolean replacedStatus = settings != null && settings.successStatus() != 0;
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, replacedStatus ? settings.successStatus() : status);
        if (settings != null && settings.successBody() != null) {
            answer.setBody(settings.successBody().getBytes(StandardCharsets.UTF_8));
            answer.setHeader("Content-Type", "text/plain; charset=utf-8");
        } else {
            answer.setBody(json);
            answer.setHeader("Content-Type", "application/json");
        }
        if (status == 202) {
            answer.setHeader("Retry-After", "1");
        }
    }

    /** Says which {@code wait} was honoured. */
    static void waited(Exchange exchange, int status, Preferences preferences, Duration waited) {
        if (preferences.waits() && (status == 201 || status == 202)) {
            exchange.getMessage().setHeader("Preference-Applied", "wait=" + waited.toSeconds());
        }
    }

    /** @return a new, empty message in place of the request */
    static Message fresh(Exchange exchange) {
        Message answer = new DefaultMessage(exchange);
        exchange.setMessage(answer);
        return answer;
    }
}
