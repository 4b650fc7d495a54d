package io.bactrian.camel.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.bactrian.camel.EventProperties;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** Puts an answer on an exchange, with nothing of the request left on it. */
final class Responses {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int MULTI_STATUS = 207;

    private Responses() {}

    /** Sets a 2xx, or what the webhook says instead. */
    static void success(Exchange exchange, int status, byte[] json) {
        AnswerSettings settings = exchange.getProperty(EventProperties.ANSWER, AnswerSettings.class);
        Message answer = fresh(exchange);
        boolean replacedStatus = settings != null && settings.successStatus() != 0;
        int told = replacedStatus ? settings.successStatus() : status;
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, told);
        if (settings != null && settings.successBody() != null) {
            answer.setBody(settings.successBody().getBytes(StandardCharsets.UTF_8));
            answer.setHeader("Content-Type", mediaType(settings.successBody()));
        } else {
            answer.setBody(json);
            answer.setHeader("Content-Type", "application/json");
        }
        if (told == 204) {
            answer.setBody(null); // has no body by definition
            answer.removeHeader("Content-Type");
        }
        answer.setHeader("Vary", "Prefer");
        if (told == 202) {
            answer.setHeader("Retry-After", "1");
        }
    }

    /** The body is the operator's own, and says by itself what it is. */
    private static String mediaType(String body) {
        if (body.startsWith("<")) {
            return "text/xml; charset=utf-8";
        }
        return isJson(body) ? "application/json" : "text/plain; charset=utf-8";
    }

    private static boolean isJson(String text) {
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return false;
        }
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            json.skipChildren();
            return json.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sets the answer to a batch: 207 when some of its elements were refused. What was filtered is told at its place.
     *
     * @param status otherwise
     * @return the status set
     */
    static int batch(Exchange exchange, int status, List<EventResource> accepted) {
        LenientBatch lenient = exchange.getProperty(EventProperties.LENIENT_BATCH, LenientBatch.class);
        if (lenient == null || lenient.refused().isEmpty()) {
            success(exchange, status, EventResource.batch(FilteredEvents.among(exchange, accepted)));
            return status;
        }
        success(exchange, MULTI_STATUS, EventResource.lenient(accepted, lenient.refused()));
        return MULTI_STATUS;
    }

    /** Says which preferences were honoured. */
    static void applied(Exchange exchange, int status, Preferences preferences, Duration waited) {
        boolean lenient = exchange.getProperty(EventProperties.LENIENT_BATCH) != null;
        String applied = preferences.applied(status, waited, lenient);
        if (applied != null) {
            exchange.getMessage().setHeader("Preference-Applied", applied);
        }
    }

    /** @return a new, empty message in place of the request; as the out message, since Camel would make a copy for that */
    @SuppressWarnings("deprecation")
    static Message fresh(Exchange exchange) {
        Message answer = new DefaultMessage(exchange);
        exchange.setOut(answer);
        return answer;
    }
}
