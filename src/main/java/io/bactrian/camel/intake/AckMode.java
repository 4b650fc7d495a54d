package io.bactrian.camel.intake;

/** Which promise a webhook waits for before it answers. */
public enum AckMode {
    /** Durable here: 202. */
    ACCEPTED("accepted"),
    /** Durable here, then stored by JetStream: 201, or 202 when that takes too long. */
    PROCESSED("processed"),
    /** Stored by JetStream, nothing kept here: 201, 502 or 503. */
    PROCESSED_ONLY("processed-only");

    private final String word;

    AckMode(String word) {
        this.word = word;
    }

    /** @return how configuration writes it */
    public String word() {
        return word;
    }

    /** @throws IllegalArgumentException naming the words there are */
    public static AckMode of(String word) {
        for (AckMode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("expected accepted, processed or processed-only");
    }
}
