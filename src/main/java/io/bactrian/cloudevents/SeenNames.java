package io.bactrian.cloudevents;

import java.util.HashSet;
import java.util.Set;

/** The member names of one JSON object, to find repeats; kept for the next object at the same depth. Most objects are small, so a set is made late. */
final class SeenNames {
    private static final int FEW = 16;

    private final String[] few = new String[FEW];
    private int count;
    private Set<String> many;

    void clear() {
        count = 0;
        many = null;
    }

    /** Remembers a name; false when it was there before. */
    boolean add(String name) {
        for (int at = 0; at < count; at++) {
            if (few[at].equals(name)) {
                return false;
            }
        }
        if (count < FEW) {
            few[count++] = name;
            return true;
        }
        if (many == null) {
            many = new HashSet<>();
        }
        return many.add(name);
    }
}
