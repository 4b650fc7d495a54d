package io.bactrian.cloudevents;

import java.util.Arrays;
import java.util.List;

/** An event while it is read or built: collects attributes, checks each, and remembers every violation. Not thread-safe. */
final class Draft {
    /** Most attributes of one event. */
    static final int MAX_ATTRIBUTES = 256;

    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

    private enum State {
        ABSENT,
        FAULTY,
        GIVEN
    }

    private final Place place;
    private final Violations violations = new Violations();
    private String[] names = new String[12];
    private String[] values = new String[12];
    private AttributeType[] types = new AttributeType[12];
    private State[] states = new State[12];
    private int size;
    private boolean tooMany;
    private byte[] data;
    private DataKind kind = DataKind.BYTES;

    Draft(Place place) {
        this.place = place;
    }

    /** Starts an attribute; false when it must be skipped because of its name, a repeat, or too many before it. */
    boolean begin(String name) {
        AttributeRules.Fault fault = AttributeRules.ofName(name);
        if (fault != null) {
            violate(name, fault.rule(), fault.detail());
            return false;
        }
        int known = indexOf(name);
        if (known >= 0) {
            states[known] = State.FAULTY;
            violate(name, "C3", "an attribute is given at most once");
            return false;
        }
        if (size == MAX_ATTRIBUTES) {
            if (!tooMany) {
                tooMany = true;
                violate(name, "limit", "an event has at most " + MAX_ATTRIBUTES + " attributes");
            }
            return false;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            values = Arrays.copyOf(values, size * 2);
            types = Arrays.copyOf(types, size * 2);
            states = Arrays.copyOf(states, size * 2);
        }
        names[size] = name;
        states[size] = State.ABSENT;
        size++;
        return true;
    }

    /** Gives the attribute begun last its value, in canonical form. */
    void value(String value, AttributeType type) {
        AttributeRules.Fault fault = AttributeRules.ofValue(names[size - 1], value);
        if (fault != null) {
            refuse(fault.rule(), fault.detail());
            return;
        }
        values[size - 1] = value;
        types[size - 1] = type;
        states[size - 1] = State.GIVEN;
    }

    /** Says that the attribute begun last cannot have its value. */
    void refuse(String rule, String detail) {
        states[size - 1] = State.FAULTY;
        violate(names[size - 1], rule, detail);
    }

    /** Begins an attribute and gives it a value. */
    void attribute(String name, String value, AttributeType type) {
        if (begin(name)) {
            value(value, type);
        }
    }

    /** Adds a violation at a member or header that is not an attribute begun here. */
    void violate(String name, String rule, String detail) {
        violations.add(place.violation(name, rule, detail));
    }

    void data(byte[] bytes, DataKind as) {
        data = bytes;
        kind = as;
    }

    /** Whether the content type can be relied upon: it is absent or well-formed. */
    boolean contentTypeKnown() {
        int at = indexOf("datacontenttype");
        return at < 0 || states[at] != State.FAULTY;
    }

    /** The content type given, or null. */
    MediaType contentType() {
        int at = indexOf("datacontenttype");
        return at >= 0 && states[at] == State.GIVEN ? MediaType.parse(values[at]) : null;
    }

    /** The event, or null when there are violations; the draft is used up. */
    CloudEvent finish() {
        for (String name : REQUIRED) {
            int at = indexOf(name);
            if (at < 0 || states[at] == State.ABSENT) {
                violate(name, "C3", "is required");
            }
        }
        if (!violations.isEmpty()) {
            return null;
        }
        return event();
    }

    Violations violations() {
        return violations;
    }

    private CloudEvent event() {
        boolean impliedType = data != null && kind == DataKind.JSON && contentType() == null;
        // what is kept moves to the front; specversion, which is not, leaves room for one more
        int kept = 0;
        for (int at = 0; at < size; at++) {
            if (states[at] == State.GIVEN && !names[at].equals("specversion")) {
                names[kept] = names[at];
                values[kept] = values[at];
                types[kept] = types[at];
                kept++;
            }
        }
        if (impliedType) {
            // JSON format 3.1.2: JSON without a content type is application/json, and says so from here on
            names[kept] = "datacontenttype";
            values[kept] = "application/json";
            types[kept] = AttributeType.STRING;
            kept++;
        }
        return new CloudEvent(
                Arrays.copyOf(names, kept), Arrays.copyOf(values, kept), Arrays.copyOf(types, kept), data, kind);
    }

    private int indexOf(String name) {
        for (int at = 0; at < size; at++) {
            if (names[at].equals(name)) {
                return at;
            }
        }
        return -1;
    }
}
