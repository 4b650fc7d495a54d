package io.bactrian.cloudevents;

/** The media type announces a CloudEvents format other than JSON in UTF-8 (HTTP binding 3, webhook specification 2.2: answer 415). */
public final class UnsupportedEventFormatException extends Exception {
    UnsupportedEventFormatException(String message) {
        super(message);
    }
}
