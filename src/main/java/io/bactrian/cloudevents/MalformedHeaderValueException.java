package io.bactrian.cloudevents;

/** A header value breaks the decoding rules of the CloudEvents bindings; the message says what is wrong and never quotes the value. */
public final class MalformedHeaderValueException extends Exception {
    MalformedHeaderValueException(String message) {
        super(message);
    }
}
