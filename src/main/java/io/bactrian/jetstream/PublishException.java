package io.bactrian.jetstream;

import java.util.Objects;

/** A publish that has not been acknowledged. After anything but a refusal the message may be stored all the same. */
public sealed class PublishException extends Exception permits PublishRefusedException {
    private static final long serialVersionUID = 1;

    private final ErrorClass errorClass;
    private final int apiErrorCode;

    PublishException(ErrorClass errorClass, int apiErrorCode, String message, Throwable cause) {
        super(message, cause);
        this.errorClass = Objects.requireNonNull(errorClass, "errorClass");
        this.apiErrorCode = apiErrorCode;
    }

    /** The exception for a class: {@link PublishRefusedException} when it is permanent for the event. */
    static PublishException of(ErrorClass errorClass, int apiErrorCode, String message, Throwable cause) {
        return errorClass.retryable()
                ? new PublishException(errorClass, apiErrorCode, message, cause)
                : new PublishRefusedException(apiErrorCode, message, cause);
    }

    static PublishException of(ErrorClass errorClass, String message) {
        return of(errorClass, 0, message, null);
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** JetStream's error code, for instance 10077; 0 when the server gave none. */
    public int apiErrorCode() {
        return apiErrorCode;
    }

    /** Whether the server has answered, and other subjects may be well: no stream, or one that is set up wrongly. */
    public boolean concernsSubject() {
        return errorClass == ErrorClass.NO_STREAM || (errorClass == ErrorClass.CONFIGURATION && apiErrorCode != 0);
    }

    /** Whether this event will never be accepted as it is. */
    public boolean refused() {
        return !errorClass.retryable();
    }
}
