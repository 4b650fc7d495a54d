package io.bactrian.journal;

import java.time.Instant;
import java.util.Objects;

/**
 * Why an attempt failed.
 *
 * @param errorClass a short stable name of the kind of error
 * @param message what happened, for a person; cut to 4096 bytes when written
 * @param at when it happened
 */
public record Failure(String errorClass, String message, Instant at) {
    public Failure {
        Objects.requireNonNull(errorClass, "errorClass");
        Objects.requireNonNull(at, "at");
        message = message == null ? "" : message;
    }
}
