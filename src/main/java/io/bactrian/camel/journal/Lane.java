package io.bactrian.camel.journal;

/**
 * Events that go one after the other: of all of a lane at most one is on its way, the others wait in the journal under the
 * number of the lane. Guarded by {@link Lanes}.
 */
final class Lane {

    final Object key;

    /** Under which the journal defers its events. */
    final long group;

    /** Whether its events keep their order for good; else it exists only as long as its first event fails. */
    final boolean ordered;

    /** Events that wait, at most; the journal may know of fewer, when an operator discards some. */
    int waiting;

    /** Whether its first event is tried again by itself, after a pause. */
    boolean failing;

    /** Class of the failures of its first event, and how many came one after the other; null and 0 when it does not fail. */
    String failureClass;

    int failures;

    boolean paused;

    Lane(Object key, long group, boolean ordered) {
        this.key = key;
        this.group = group;
        this.ordered = ordered;
    }
}
