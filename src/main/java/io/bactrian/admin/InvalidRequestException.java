package io.bactrian.admin;

/** A request that cannot be understood; the message says what was wrong and what was expected. */
final class InvalidRequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String pointer;

    /** @param pointer JSON pointer into the body, or null */
    InvalidRequestException(String pointer, String message) {
        super(message);
        this.pointer = pointer;
    }

    String pointer() {
        return pointer;
    }
}
