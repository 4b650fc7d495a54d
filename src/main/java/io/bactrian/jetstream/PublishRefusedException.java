package io.bactrian.jetstream;

/** The event will never be accepted as it is; retrying is pointless. */
public final class PublishRefusedException extends PublishException {
    private static final long serialVersionUID = 1;

    PublishRefusedException(int apiErrorCode, String message, Throwable cause) {
        super(ErrorClass.EVENT, apiErrorCode, message, cause);
    }
}
