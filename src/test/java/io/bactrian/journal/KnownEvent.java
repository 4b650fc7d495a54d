package io.bactrian.journal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the model of a {@link Simulation} knows of an event. */
final class KnownEvent {
    final Key key;
    final byte[] payload;
    final List<String> history = new ArrayList<>();
    /** What the journal may say of it. */
    final Set<State> possible = EnumSet.of(State.ACCEPTED);
    /** The append was answered: it must be there. */
    boolean acknowledged;
    /** Nobody was told that the append failed, or it did: the event may be there. */
    boolean attempted;

    long sequence;
    /** Known to be written: it never goes back to accepted without a replay. */
    boolean settledForSure;

    boolean settledInMemory;
    /** It was said to be dead, and that is not durable yet. */
    boolean dying;
    /** It was asked to be discarded, and that is not answered yet. */
    boolean discarding;

    boolean replayed;
    /** There may be more than one copy in the broker: an operator asked for one, or what was known of the first is damaged. */
    boolean copied;
    /** The broker lost it when it was no longer held. */
    boolean gone;
    /** A replay was asked for and is not answered. */
    boolean replaying;

    boolean remembered;
    /** The group it was deferred in, if nobody has asked for it since. */
    Long deferred;
    /** The disk did not give it out for so long that it may have been set aside: it comes late. */
    boolean late;

    boolean mayBeForgotten;
    /** So many times it was asked to be forgotten, and that is not answered. */
    int forgetting;

    long changedAt;
    /** There was little room since, so that it may have been let go before the hold was over. */
    boolean holdShortened;

    /** The highest it may have been delivered in. */
    int epoch;
    /** That of a replay which was answered: it is not delivered in an earlier one. */
    int replayedAs;
    /** A copy of its record was damaged: it may be given up, and then its key is new. */
    boolean damaged;
    /** What was written of it later was damaged. */
    boolean stateDamaged;
    /** And an earlier word on it may count. */
    private boolean earlierMayCount;
    /** And at any start, whatever is said of it later. */
    private boolean stateAgeless;

    private final Set<State> everPossible = EnumSet.of(State.ACCEPTED);

    KnownEvent(Key key, byte[] payload) {
        this.key = key;
        this.payload = payload;
    }

    /** It is in one state for sure. */
    void become(State state) {
        possible.clear();
        mayBe(state);
    }

    /** It may be in this state too. */
    void mayBe(State state) {
        possible.add(state);
        everPossible.add(state);
    }

    boolean isSurely(State state) {
        return possible.equals(EnumSet.of(state));
    }

    /** Nobody waits for it, and its key may be forgotten. */
    boolean isSettled() {
        return possible.contains(State.PROCESSED) || possible.contains(State.DISCARDED);
    }

    /** The process died: what was not durable is uncertain. */
    void restarted() {
        if (settledInMemory && !settledForSure) {
            mayBe(State.ACCEPTED);
        }
        if (damaged || stateAgeless || (earlierMayCount && !settledForSure)) {
            possible.addAll(everPossible);
        }
        settledInMemory = false;
        dying = false;
        replaying = false;
        discarding = false;
        forgetting = 0;
        deferred = null;
        late = false;
    }

    /**
     * A record that says something of it was damaged.
     *
     * @param tellsOfPending whether it still tells a start that the event was pending
     * @param ageless whether a start may take it for newer than what is said of the event later
     */
    void damagedState(boolean tellsOfPending, boolean ageless) {
        stateDamaged = true;
        stateAgeless |= ageless;
        copied = true;
        if (tellsOfPending && isSurely(State.ACCEPTED)) {
            return;
        }
        earlierMayCount = true;
        replayedAs = 0;
        settledForSure = false;
        settledInMemory = false;
        possible.addAll(everPossible);
        // Of a settled event the record may have been all there was, and an older one may be over by now.
        mayBeForgotten |= remembered || everPossible.size() > 1;
        gone |= everPossible.contains(State.PROCESSED);
    }
}
