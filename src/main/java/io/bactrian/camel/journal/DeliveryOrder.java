package io.bactrian.camel.journal;

import io.bactrian.cloudevents.CloudEvent;

/** Which events arrive in the order of their acceptance, whatever fails and is tried again. */
public enum DeliveryOrder {
    /** All are on their way at once: one that is tried again may be overtaken. */
    NONE,
    /** Those of one NATS subject. */
    SUBJECT,
    /** Those of one {@code partitionkey} (CloudEvents partitioning extension). An event without one is in no order. */
    PARTITIONKEY;

    private static final String PARTITION_KEY = "partitionkey";

    /** What a lane is made for: {@code order} keeps a subject and a partition key of the same text apart. */
    record Key(DeliveryOrder order, String text) {}

    static Key ofSubject(String subject) {
        return new Key(SUBJECT, subject);
    }

    /** @return equal for events that must keep their order, or null when this one need not */
    Key key(EventEnvelope envelope) {
        return switch (this) {
            case NONE -> null;
            case SUBJECT -> ofSubject(envelope.subject());
            case PARTITIONKEY -> partition(envelope.event());
        };
    }

    private static Key partition(CloudEvent event) {
        String key = event.attribute(PARTITION_KEY);
        return key == null ? null : new Key(PARTITIONKEY, key);
    }
}
