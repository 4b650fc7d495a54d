package io.bactrian.camel.journal;

import java.time.Instant;

import io.bactrian.camel.EventProperties;
import io.bactrian.journal.Failure;
import org.apache.camel.Exchange;

/** What {@code lastError} says of a failed exchange. */
final class Failures {

    private static final String UNNAMED = "route";
    private static final int MAX_MESSAGE = 500;

    private Failures() {}

    static Failure of(Exchange exchange) {
        Throwable cause = cause(exchange);
        String errorClass = isOfPublish(exchange, cause)
                ? exchange.getProperty(EventProperties.FAILURE_CLASS, String.class)
                : UNNAMED;
        String message = cause == null ? "the route gave the event up" : message(cause);
        return new Failure(errorClass, message, Instant.now());
    }

    /** @return whether a publish failed, rather than another step of the route: what is said of a publish may be of an earlier one */
    static boolean isOfPublish(Exchange exchange) {
        return isOfPublish(exchange, cause(exchange));
    }

    private static boolean isOfPublish(Exchange exchange, Throwable failure) {
        Object published = exchange.getProperty(EventProperties.PUBLISH_FAILURE);
        if (published == null || failure == null) {
            return exchange.getProperty(EventProperties.FAILURE_CLASS) != null;
        }
        Throwable cause = failure;
        while (cause != null && cause != published) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    private static Throwable cause(Exchange exchange) {
        Throwable cause = exchange.getException();
        return cause == null ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class) : cause;
    }

    private static String message(Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
    }
}
