package io.bactrian.jetstream;

import java.util.concurrent.CancellationException;

import io.nats.client.JetStreamApiException;

/**
 * Turns what jnats throws into a {@link PublishException}. No type of jnats tells permanent from transient, and some wrap the
 * cause, even twice (a RuntimeException in a CompletionException).
 */
final class PublishErrors {
    private static final String STATUS_503 = "Error Publishing: 503";
    private static final String INVALID_ACK = "Invalid JetStream ack";

    private PublishErrors() {}

    static PublishException classify(Throwable thrown) {
        Throwable cause = innermost(thrown);
        if (cause instanceof PublishException known) {
            return known;
        }
        if (cause instanceof JetStreamApiException api) {
            int code = api.getApiErrorCode();
            String text = api.getErrorDescription();
            return PublishException.of(ServerError.classify(code, text), code, text + " [" + code + "]", cause);
        }
        String message = String.valueOf(cause.getMessage());
        if (message.startsWith(STATUS_503)) {
            return PublishException.of(
                    ErrorClass.NO_STREAM, 0, "no stream listens on the subject, or JetStream is away (503)", cause);
        }
        if (message.startsWith(INVALID_ACK)) {
            return PublishException.of(
                    ErrorClass.CONFIGURATION, 0, "something that is not a stream answers on the subject", cause);
        }
        if (cause instanceof IllegalArgumentException) {
            return PublishException.of(ErrorClass.EVENT, 0, message, cause);
        }
        if (cause instanceof CancellationException
                || cause instanceof IllegalStateException
                || cause instanceof java.io.IOException) {
            return PublishException.of(ErrorClass.TRANSPORT, 0, message, cause);
        }
        if (cause instanceof Error) {
            // no memory, no thread: nothing that the event or the server could help
            return PublishException.of(ErrorClass.TRANSPORT, 0, cause.toString(), cause);
        }
        return PublishException.of(ErrorClass.UNKNOWN, 0, cause.getClass().getSimpleName() + ": " + message, cause);
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof java.util.concurrent.CompletionException
                        || cause instanceof java.util.concurrent.ExecutionException
                        || cause.getClass() == RuntimeException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
