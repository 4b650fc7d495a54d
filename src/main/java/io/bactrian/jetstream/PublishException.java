package io.bactrian.jetstream;

import java.util.Objects;

/** A publish that has not been acknowledged. After anything but a refusal the message may be stored all the same. */
public sealed class PublishException extends Exception permits PublishRefusedException {
    private static final long serialVersionUID = 1;

    private final ErrorClass errorClass;
    private final int apiErrorCode;
    private final Kind kind;

    private enum Kind {
        ANY,
        TIMED_OUT,
        DENIED
    }

    PublishException(ErrorClass errorClass, int apiErrorCode, String message, Throwable cause) {
        this(errorClass, apiErrorCode, Kind.ANY, message, cause);
    }

    private PublishException(ErrorClass errorClass, int apiErrorCode, Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.errorClass = Objects.requireNonNull(errorClass, "errorClass");
        this.apiErrorCode = apiErrorCode;
        this.kind = kind;
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

    /** No answer came before the deadline. */
    static PublishException timeout(String message) {
        return new PublishException(ErrorClass.TRANSPORT, 0, Kind.TIMED_OUT, message, null);
    }

    /** The user may not publish to the subject. */
    static PublishException denied(String subject) {
        String message = "no permission to publish to " + subject;
        return new PublishException(ErrorClass.CONFIGURATION, 0, Kind.DENIED, message, null);
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** JetStream's error code, for instance 10077; 0 when the server gave none. */
    public int apiErrorCode() {
        return apiErrorCode;
    }

    /**
     * Whether the server has answered, and other subjects may be well: no permission, no stream, one that is set up wrongly, or a
     * full one.
     */
    public boolean concernsSubject() {
        return kind == Kind.DENIED
                || errorClass == ErrorClass.NO_STREAM
                || (errorClass == ErrorClass.CONFIGURATION && apiErrorCode != 0)
                || (errorClass == ErrorClass.CAPACITY && apiErrorCode == ServerError.JS_STREAM_STORE_FAILED.code());
    }

    /** Whether less at a time may succeed: something is short, or no answer came in time. */
    public boolean congested() {
        return kind == Kind.TIMED_OUT || (errorClass == ErrorClass.CAPACITY && !concernsSubject());
    }

    /** Whether this event will never be accepted as it is. */
    public boolean refused() {
        return !errorClass.retryable();
    }
}
