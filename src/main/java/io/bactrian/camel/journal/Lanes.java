package io.bactrian.camel.journal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.bactrian.journal.Failure;
import io.bactrian.journal.Journal;
import io.bactrian.journal.PendingEvent;

/**
 * Who goes after whom. With an order every key has a lane while an event of it is on its way or waits. Without one there are
 * lanes only for what fails by itself: a subject that no stream takes, an event that meets an error nobody knows.
 *
 * <p>What waits is in the journal, so memory holds a lane for each event on its way and for each that fails, at most. Safe for
 * threads; what reads from disk is for the one thread that emits.
 */
final class Lanes {

    /** Beyond it is no longer one subject or one event that is at fault. */
    static final int MAX_FAILING = 64;

    /** What became of an event that failed by itself. */
    enum Retry {
        /** It is the first of its lane and is tried again after a pause. */
        FIRST,
        /** It waits behind the first of its lane, or for the next consumer. */
        BEHIND,
        /** Too many fail: nothing was done. */
        REFUSED
    }

    private final Journal journal;
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Lane> runnable = new ArrayDeque<>();
    private final Set<Lane> failing = new HashSet<>();
    /** Whose next event the journal does not hand out now. */
    private final Set<Lane> heldBack = new HashSet<>();

    private long groups;
    private boolean closed;
    private volatile boolean any;

    Lanes(Journal journal) {
        this.journal = journal;
    }

    /** @return a lane whose next event may go, which is on its way from now on; or null */
    synchronized Lane poll() {
        return runnable.poll();
    }

    /**
     * @return the first event that waits in a lane from {@link #poll}; null when there is none, and then the lane is over, or when
     *     the journal holds it back, and then it goes after {@link #available}
     */
    PendingEvent next(Lane lane) {
        PendingEvent event = journal.next(lane.group);
        synchronized (this) {
            if (event == null) {
                // another one may have joined it in this moment
                event = journal.next(lane.group);
            }
            if (event != null) {
                lane.waiting = Math.max(0, lane.waiting - 1);
            } else if (journal.isDeferred(lane.group)) {
                heldBack.add(lane);
            } else {
                end(lane);
            }
            return event;
        }
    }

    /** The journal may hand out what it held back. */
    synchronized void available() {
        runnable.addAll(heldBack);
        heldBack.clear();
    }

    /** The event of a lane from {@link #poll} could not be read. */
    synchronized void putBack(Lane lane) {
        runnable.addFirst(lane);
    }

    /**
     * An event with an order is to go.
     *
     * @return its lane; null when it goes later, after others of its key
     */
    synchronized Lane enter(DeliveryOrder.Key key, PendingEvent event) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            return begin(key, true);
        }
        journal.defer(event, lane.group);
        lane.waiting++;
        return null;
    }

    /** An event without an order is to go. @return whether it goes later, because its subject fails */
    boolean waits(String subject, PendingEvent event) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            Lane lane = lanes.get(DeliveryOrder.ofSubject(subject));
            if (lane == null) {
                return false;
            }
            journal.defer(event, lane.group);
            lane.waiting++;
            return true;
        }
    }

    /** An event has arrived, or is dead. @return whether others have waited for that */
    boolean finished(Lane lane) {
        return lane != null && finishedIn(lane);
    }

    private synchronized boolean finishedIn(Lane lane) {
        if (!isLive(lane)) {
            return false;
        }
        boolean recovered = failing.remove(lane);
        failsNoLonger(lane);
        boolean others = lane.waiting > 0;
        if (!lane.ordered) {
            end(lane);
            journal.resume(lane.group);
        } else if (others) {
            runnable.add(lane);
        } else {
            end(lane);
        }
        if (recovered) {
            // what mended this one has often mended others
            failing.forEach(this::resume);
        }
        return others || recovered;
    }

    /**
     * An event failed, and NATS is well: it, and what has to come after it, is tried again by itself.
     *
     * @param lane of the event, or null
     * @param key of the lane to make or to join when it has none
     */
    synchronized Retry failedAlone(Lane lane, Object key, PendingEvent event, Failure failure, Instant next) {
        if (closed) {
            journal.failed(event, failure, next);
            return Retry.BEHIND;
        }
        Lane of = find(lane, key);
        if (of != null && of != lane) {
            journal.failed(event, failure, null, of.group);
            of.waiting++;
            return Retry.BEHIND;
        }
        if (failing.size() >= MAX_FAILING && (of == null || !of.failing)) {
            return Retry.REFUSED;
        }
        if (of == null) {
            of = begin(key, false);
        }
        journal.failed(event, failure, next, of.group);
        of.waiting++;
        of.failures = failures(of, failure) + 1;
        of.failureClass = failure.errorClass();
        of.failing = true;
        of.paused = true;
        failing.add(of);
        return Retry.FIRST;
    }

    /** The pause of a lane is over. */
    synchronized void resume(Lane lane) {
        if (lane.paused) {
            lane.paused = false;
            runnable.add(lane);
        }
    }

    /**
     * @param lane of the event, or null; it may be one of before {@link #close}
     * @return the lane that the event is in, or is to join: that of the key, or null
     */
    synchronized Lane find(Lane lane, Object key) {
        return isLive(lane) ? lane : lanes.get(key);
    }

    /** @return how often the event that is on its way in a lane, or null, failed like this, and in no other way since */
    synchronized int failures(Lane lane, Failure failure) {
        return isLive(lane) && failure.errorClass().equals(lane.failureClass) ? lane.failures : 0;
    }

    /** An event failed like all others: it goes again in its turn, and no other of its key before it. */
    synchronized void failed(Lane lane, PendingEvent event, Failure failure, Instant next) {
        if (closed || !isLive(lane)) {
            journal.failed(event, failure, next);
            return;
        }
        failing.remove(lane);
        failsNoLonger(lane);
        if (lane.ordered) {
            journal.failed(event, failure, next, lane.group);
            lane.waiting++;
            runnable.add(lane);
        } else {
            journal.failed(event, failure, next);
            end(lane);
            journal.resume(lane.group);
        }
    }

    /** An event was not even tried. */
    synchronized void giveBack(Lane lane, PendingEvent event) {
        if (closed || !isLive(lane)) {
            journal.release(event);
        } else {
            journal.defer(event, lane.group);
            lane.waiting++;
            runnable.addFirst(lane);
        }
    }

    /** Begins without lanes; what waits in those of an earlier consumer is ready again. */
    synchronized void open() {
        clear();
        closed = false;
    }

    /** Forgets all lanes. Whatever becomes of an event from now on, it waits in none, since nobody would resume it. */
    synchronized void close() {
        closed = true;
        clear();
    }

    private void clear() {
        lanes.clear();
        runnable.clear();
        failing.clear();
        heldBack.clear();
        any = false;
        journal.resumeDeferred();
    }

    synchronized int size() {
        return lanes.size();
    }

    private boolean isLive(Lane lane) {
        return lane != null && lanes.get(lane.key) == lane;
    }

    private static void failsNoLonger(Lane lane) {
        lane.failing = false;
        lane.failureClass = null;
        lane.failures = 0;
    }

    private Lane begin(Object key, boolean ordered) {
        Lane lane = new Lane(key, ++groups, ordered);
        lanes.put(key, lane);
        any = true;
        return lane;
    }

    private void end(Lane lane) {
        lanes.remove(lane.key, lane);
        failing.remove(lane);
        any = !lanes.isEmpty();
    }
}
