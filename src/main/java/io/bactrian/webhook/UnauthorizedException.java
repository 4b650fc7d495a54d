package io.bactrian.webhook;

/** A request without the right credential. Its message never holds a secret, nor what was received or expected. */
public final class UnauthorizedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Reason {
        MISSING,
        MALFORMED,
        WRONG,
        OUT_OF_TIME
    }

    private final Reason reason;

    UnauthorizedException(Reason reason, String message) {
        // an answer, not a fault: nobody reads its stack
        super(message, null, false, false);
        this.reason = reason;
    }

    static UnauthorizedException missing(String message) {
        return new UnauthorizedException(Reason.MISSING, message);
    }

    static UnauthorizedException malformed(String message) {
        return new UnauthorizedException(Reason.MALFORMED, message);
    }

    static UnauthorizedException wrong(String message) {
        return new UnauthorizedException(Reason.WRONG, message);
    }

    public Reason reason() {
        return reason;
    }
}
