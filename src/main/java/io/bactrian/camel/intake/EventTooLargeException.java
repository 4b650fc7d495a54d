package io.bactrian.camel.intake;

/** An event is larger than NATS can carry, as far as one knows now. Nothing was kept. */
final class EventTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EventTooLargeException(String message) {
        super(message);
    }
}
