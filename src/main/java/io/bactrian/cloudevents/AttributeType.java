package io.bactrian.cloudevents;

/** The types that the JSON format tells apart (JSON format 2.2); all others are strings there. */
enum AttributeType {
    STRING,
    INTEGER,
    BOOLEAN
}
