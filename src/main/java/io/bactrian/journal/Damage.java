package io.bactrian.journal;

/** Bytes of a segment that hold no record, although they did; and how many records, as far as one can tell. */
record Damage(Segment segment, long from, long to, long records) {
    boolean hit(Segment other, long offset) {
        return other == segment && offset >= from && offset < to;
    }

    /** Whether the event that a state is of was there. */
    boolean hitEvent(StateRecord state) {
        return state.eventSegment() == segment.ordinal && hit(segment, state.eventOffset());
    }
}
