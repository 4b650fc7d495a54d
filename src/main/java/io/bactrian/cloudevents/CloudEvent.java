package io.bactrian.cloudevents;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A valid CloudEvent 1.0: attributes in the order they were given and data byte for byte. Immutable and thread-safe, as long as nobody writes into {@link #data()}.
 *
 * <p>Made by {@link JsonFormat}, {@link HttpBinding}, {@link #builder()}, or, without a second validation, {@link EventCodec}. Two events are the same event when their {@link EventKey}s are equal.
 */
public final class CloudEvent {
    private final String[] names;
    private final String[] values;
    private final AttributeType[] types;
    private final byte[] data;
    private final DataKind kind;
    private final String id;
    private final String source;
    private final String type;
    /** Found out when it is first asked for, once or, by threads at the same time, more often. */
    private EventKey key;

    /** For what has been validated: parallel arrays without {@code specversion}, owned by the event from here on. */
    CloudEvent(String[] names, String[] values, AttributeType[] types, byte[] data, DataKind kind) {
        this.names = names;
        this.values = values;
        this.types = types;
        this.data = data;
        this.kind = kind;
        this.id = Objects.requireNonNull(find("id"), "id");
        this.source = Objects.requireNonNull(find("source"), "source");
        this.type = Objects.requireNonNull(find("type"), "type");
    }

    /** Starts a new event. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a new event with everything this one has. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        for (int at = 0; at < names.length; at++) {
            builder.put(names[at], values[at], types[at]);
        }
        builder.data = data;
        builder.kind = kind;
        return builder;
    }

    /** Never empty. */
    public String id() {
        return id;
    }

    /** A URI-reference, never empty. */
    public String source() {
        return source;
    }

    /** Never empty. */
    public String type() {
        return type;
    }

    /** Null when absent, never empty. */
    public String subject() {
        return find("subject");
    }

    /** An RFC 3339 timestamp as the sender wrote it; null when absent. */
    public String time() {
        return find("time");
    }

    /** A media type; null when absent. Never null when the data came as a JSON value: {@code application/json} is implied then. */
    public String dataContentType() {
        return find("datacontenttype");
    }

    /** An absolute URI; null when absent. */
    public String dataSchema() {
        return find("dataschema");
    }

    /**
     * The canonical string of any attribute, {@code specversion} included; null when absent.
     *
     * @param name lower case, as the specification writes it
     */
    public String attribute(String name) {
        return name.equals("specversion") ? "1.0" : find(name);
    }

    /** Names of all attributes present: {@code specversion}, then the others in the order they were given. Unmodifiable. */
    public Set<String> attributeNames() {
        Set<String> all = new LinkedHashSet<>();
        all.add("specversion");
        Collections.addAll(all, names);
        return Collections.unmodifiableSet(all);
    }

    /**
     * The data as a message in binary mode carries it: the JSON value's own bytes, a text string in UTF-8, or the bytes themselves. Null when the event has none. Not a copy: do not write into it.
     */
    public byte[] data() {
        return data;
    }

    /** Identity and type; neither data nor other attributes. */
    @Override
    public String toString() {
        return "CloudEvent[id=" + id + ", source=" + source + ", type=" + type + "]";
    }

    EventKey key() {
        EventKey known = key;
        if (known == null) {
            known = EventKey.of(source, id);
            key = known;
        }
        return known;
    }

    int size() {
        return names.length;
    }

    String name(int at) {
        return names[at];
    }

    String value(int at) {
        return values[at];
    }

    AttributeType type(int at) {
        return types[at];
    }

    DataKind kind() {
        return kind;
    }

    private String find(String name) {
        for (int at = 0; at < names.length; at++) {
            if (names[at].equals(name)) {
                return values[at];
            }
        }
        return null;
    }

    /** Collects the parts of an event; {@link #build} checks them all. A null value leaves the attribute out. Not thread-safe. */
    public static final class Builder {
        private String[] names = new String[8];
        private String[] values = new String[8];
        private AttributeType[] types = new AttributeType[8];
        private int size;
        private byte[] data;
        private DataKind kind = DataKind.BYTES;

        private Builder() {}

        /** Required. */
        public Builder id(String id) {
            return put("id", id, AttributeType.STRING);
        }

        /** Required; a URI-reference. */
        public Builder source(String source) {
            return put("source", source, AttributeType.STRING);
        }

        /** Required. */
        public Builder type(String type) {
            return put("type", type, AttributeType.STRING);
        }

        /** Optional. */
        public Builder subject(String subject) {
            return put("subject", subject, AttributeType.STRING);
        }

        /** Optional; RFC 3339. */
        public Builder time(String time) {
            return put("time", time, AttributeType.STRING);
        }

        /** Optional. */
        public Builder time(Instant time) {
            return time(time == null ? null : time.toString());
        }

        /** Optional; a media type. */
        public Builder dataContentType(String mediaType) {
            return put("datacontenttype", mediaType, AttributeType.STRING);
        }

        /** Optional; an absolute URI. */
        public Builder dataSchema(String uri) {
            return put("dataschema", uri, AttributeType.STRING);
        }

        /** Sets any attribute by name, an extension mostly; a later value replaces an earlier one. */
        public Builder attribute(String name, String value) {
            return put(name, value, AttributeType.STRING);
        }

        /** Sets an extension that stays a JSON number in structured mode. */
        public Builder attribute(String name, int value) {
            return put(name, Integer.toString(value), AttributeType.INTEGER);
        }

        /** Sets an extension that stays a JSON boolean in structured mode. */
        public Builder attribute(String name, boolean value) {
            return put(name, Boolean.toString(value), AttributeType.BOOLEAN);
        }

        /** The data as a body in binary mode carries it; null for none. Not copied: the event owns it from here on. */
        public Builder data(byte[] bytes) {
            this.data = bytes;
            this.kind = DataKind.BYTES;
            return this;
        }

        /**
         * Checks everything.
         *
         * @throws InvalidCloudEventException with a pointer such as {@code /id} for each violation
         */
        public CloudEvent build() throws InvalidCloudEventException {
            Draft draft = new Draft(Place.members(""));
            draft.attribute("specversion", "1.0", AttributeType.STRING);
            for (int at = 0; at < size; at++) {
                if (values[at] == null) {
                    continue;
                }
                if (names[at].equals("specversion")) {
                    if (!values[at].equals("1.0")) {
                        draft.violate("specversion", "C9", "must be \"1.0\", the only version understood here");
                    }
                } else if (types[at] != AttributeType.STRING && AttributeRules.isCore(names[at])) {
                    draft.violate(names[at], "C5", "must be a string");
                } else {
                    draft.attribute(names[at], values[at], types[at]);
                }
            }
            draft.data(data, kind);
            CloudEvent event = draft.finish();
            draft.violations().throwIfAny();
            return event;
        }

        private Builder put(String name, String value, AttributeType as) {
            Objects.requireNonNull(name, "name");
            int at = 0;
            while (at < size && !names[at].equals(name)) {
                at++;
            }
            if (at == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
                types = Arrays.copyOf(types, size * 2);
            }
            if (at == size) {
                names[size++] = name;
            }
            if (name.equals("datacontenttype") && !Objects.equals(values[at], value)) {
                // what the data was found to be held for the type it had
                kind = DataKind.BYTES;
            }
            values[at] = value;
            types[at] = as;
            return this;
        }
    }
}
