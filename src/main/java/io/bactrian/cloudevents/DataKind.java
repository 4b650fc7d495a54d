package io.bactrian.cloudevents;

/** What is known of an event's data beyond its bytes. */
enum DataKind {
    /** The bytes of a message body or of {@code data_base64}: what they are is for the content type to say. */
    BYTES,
    /** One JSON value, checked. */
    JSON,
    /** A string, as UTF-8. */
    TEXT
}
