package io.bactrian.cloudevents;

/** How a message carries an event (CloudEvents HTTP binding 3, rules H3 and H4). */
public enum ContentMode {
    /** Attributes in headers, data as the body. */
    BINARY,
    /** The whole event as one JSON document. */
    STRUCTURED,
    /** Several events as one JSON array. */
    BATCH;

    private static final String PREFIX = "application/cloudevents";

    /**
     * Tells the mode from a {@code Content-Type} value.
     *
     * @param contentType the header's value, or null when there is none
     * @throws UnsupportedEventFormatException for event formats other than JSON, and for JSON in another charset than UTF-8
     */
    public static ContentMode of(String contentType) throws UnsupportedEventFormatException {
        if (contentType == null || !contentType.strip().regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
            return BINARY;
        }
        MediaType type = MediaType.parse(contentType.strip());
        if (type == null) {
            throw new UnsupportedEventFormatException("Content-Type is not a media type as RFC 2046 defines it");
        }
        ContentMode mode =
                switch (type.essence()) {
                    case "application/cloudevents+json" -> STRUCTURED;
                    case "application/cloudevents-batch+json" -> BATCH;
                    default ->
                        throw new UnsupportedEventFormatException(
                                "only the event formats application/cloudevents+json and application/cloudevents-batch+json are understood");
                };
        String charset = type.charset();
        if (charset != null && !charset.equalsIgnoreCase("utf-8") && !charset.equalsIgnoreCase("us-ascii")) {
            throw new UnsupportedEventFormatException("JSON events are read in UTF-8 only (RFC 8259 section 8.1)");
        }
        return mode;
    }
}
