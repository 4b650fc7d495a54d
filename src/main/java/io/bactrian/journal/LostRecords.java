package io.bactrian.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a compaction cannot copy because it is damaged, and whose keys that concerns: those of events that are gone become new
 * again, so that they may be sent again.
 */
final class LostRecords {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Core core;
    private final RecordReader reader = new RecordReader(4096);
    private final List<Damage> damages = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();

    /**
     * A key whose newest record, or whose event, is damaged.
     *
     * @param event whether the event is
     */
    private record Lost(Key key, long location, boolean event) {}

    LostRecords(Core core) {
        this.core = core;
    }

    void add(Segment segment, long from, long to, long records) {
        damages.add(new Damage(segment, from, to, records));
    }

    /**
     * Whether a state that cannot be read is one of the event at this place, and not of one that was accepted later under the same
     * key.
     *
     * @param kind what is known of that state: pending or dead
     * @param sequence the event's
     * @throws IOException when the disk does not give out what tells it, so that nothing may go
     */
    boolean isStateOf(int kind, Key key, Segment segment, long offset, long sequence) throws IOException {
        if (kind == Location.DEAD) {
            return !cameAgain(key, sequence);
        }
        core.lock.lock();
        try {
            PendingEvent event = core.inFlight.get(key);
            return core.segments.isPending(segment, offset)
                    || (event != null && event.segment == segment && event.offset == offset);
        } finally {
            core.lock.unlock();
        }
    }

    /** Whether a later event has the same key; reads all of them, since nothing else tells. */
    private boolean cameAgain(Key key, long sequence) throws IOException {
        List<SegmentEvents> later = new ArrayList<>();
        core.lock.lock();
        try {
            for (Segment segment : core.segments.inOrder()) {
                if (SegmentEvents.any(segment, true, sequence)) {
                    later.add(new SegmentEvents(segment, true, sequence));
                }
            }
        } finally {
            core.lock.unlock();
        }
        for (SegmentEvents events : later) {
            while (events.advance()) {
                if (RecordFormat.key(events.buffer(), events.at()).equals(key)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Looks for the keys; nothing new can come to a source, so it may take its time. */
    void find() throws IOException {
        if (damages.isEmpty()) {
            return;
        }
        List<Lost> elsewhere = new ArrayList<>();
        for (int number = 0; number < KeyIndex.TABLES; number++) {
            core.lock.lock();
            try {
                core.index.sweep(number, (high, low, location) -> {
                    int kind = Location.kind(location);
                    if (isHit(core.segments.at(location), Location.offset(location))) {
                        lost.add(new Lost(new Key(high, low), location, kind == Location.EVENT));
                    } else if (kind == Location.RETRY) {
                        elsewhere.add(new Lost(new Key(high, low), location, true));
                    }
                    return true;
                });
            } finally {
                core.lock.unlock();
            }
        }
        for (Lost candidate : elsewhere) {
            if (isEventHit(candidate)) {
                lost.add(candidate);
            }
        }
    }

    private boolean isHit(Segment segment, long offset) {
        return damages.stream().anyMatch(damage -> damage.hit(segment, offset));
    }

    /** Whether the state of an event can be read and names a damaged place. */
    private boolean isEventHit(Lost candidate) throws IOException {
        Segment segment;
        core.lock.lock();
        try {
            if (core.index.get(candidate.key.high(), candidate.key.low()) != candidate.location) {
                return false;
            }
            segment = core.segments.at(candidate.location);
        } finally {
            core.lock.unlock();
        }
        try {
            StateRecord state = Queries.read(reader, candidate.key, segment, Location.offset(candidate.location));
            return damages.stream().anyMatch(damage -> damage.hitEvent(state));
        } catch (DamagedRecordException | JournalDamagedException e) {
            LOG.debug("journal cannot tell where an event is key={}", candidate.key, e);
            return false;
        }
    }

    /**
     * Whether the sources can go: nothing of what is damaged in them is needed for an event that is not. One that is being
     * delivered is in memory, and one whose state alone is damaged is delivered or copied first. Called with the lock held and the
     * states frozen.
     *
     * @param moved keys whose state is written anew beside their event
     */
    boolean mayGo(Set<Key> moved) {
        return lost.stream().allMatch(one -> isOver(one) ? !isPendingAgain(one) : mayGo(one, moved));
    }

    private boolean mayGo(Lost one, Set<Key> moved) {
        if (moved.contains(one.key)) {
            return true;
        }
        int kind = Location.kind(one.location);
        boolean needed = !one.event && (kind == Location.RETRY || kind == Location.DEAD);
        return !needed && core.unsaved(one.key) == null && !core.inFlight.containsKey(one.key);
    }

    /** Whether a damaged event has failed once more meanwhile: its newer state is elsewhere, and found the next time. */
    private boolean isPendingAgain(Lost one) {
        return one.event && Location.pending(Location.kind(core.index.get(one.key.high(), one.key.low())));
    }

    /** Whether something newer is known of a key. */
    private boolean isOver(Lost one) {
        return core.index.get(one.key.high(), one.key.low()) != one.location;
    }

    /** Gives up what is damaged; called with the lock held, before the sources are removed. */
    void giveUp() {
        for (Lost one : lost) {
            if (!isOver(one)) {
                core.index.remove(one.key.high(), one.key.low());
                core.dead -= Location.kind(one.location) == Location.DEAD ? 1 : 0;
            }
        }
        lost.clear();
    }

    /** Tells of what nobody has found before, while it can be read yet. */
    void tell() throws IOException {
        for (Damage damage : damages) {
            core.damaged(damage);
        }
    }
}
