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
        Throwable cause = exchange.getException();
        if (cause == null) {
            cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        String errorClass = exchange.getProperty(EventProperties.FAILURE_CLASS, UNNAMED, String.class);
        String message = cause == null ? "the route gave the event up" : message(cause);
        return new Failure(errorClass, message, Instant.now());
    }

    private static String message(Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
    }
}
