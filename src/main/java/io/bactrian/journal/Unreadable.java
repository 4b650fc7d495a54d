package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a pending event that cannot be read. One whose bytes are damaged is given up, so that it may be sent again. One
 * that the disk does not give out stays pending: all wait for it at first, since order counts and the whole disk may be away; when
 * that lasts it is set aside, tried again now and then, and others go on.
 */
final class Unreadable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** So often an event that cannot be read is tried before others go on without it. */
    static final int TRIES = 10;
    /** What was set aside is tried again after so long, when others can be read. */
    static final long ASIDE_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** The group of what was set aside; those of consumers count from 1. */
    private static final long ASIDE = Long.MIN_VALUE;

    private static final int MAX_KNOWN = 1024;

    private final Core core;
    private final Map<SegmentTable.Place, Integer> tries = new HashMap<>();
    private boolean aside;
    private long asideAt;

    Unreadable(Core core) {
        this.core = core;
    }

    /** Makes ready again what was set aside long enough ago, and returns whether anything was; called with the lock held. */
    boolean retry() {
        if (!aside || core.clock.nanos() - asideAt < ASIDE_NANOS) {
            return false;
        }
        aside = false;
        core.segments.resume(ASIDE);
        return true;
    }

    /** An event could be read; called with the lock held. */
    void succeeded(SegmentTable.Place place) {
        if (!tries.isEmpty()) {
            tries.remove(place);
        }
    }

    /**
     * The disk did not give out an event, or what is known of it.
     *
     * @throws JournalException when all are to wait; else others may go on
     */
    void failed(SegmentTable.Place place, IOException failure) {
        Segment segment = place.segment();
        String where = segment.name() + ":" + place.offset();
        core.lock.lock();
        try {
            if (core.segments.get(segment.ordinal) != segment) {
                return; // it has been copied meanwhile, and is read there
            }
            if (tries.size() >= MAX_KNOWN) {
                tries.clear();
            }
            if (tries.merge(place, 1, Integer::sum) < TRIES) {
                throw new JournalException("cannot read a pending event at " + where, failure);
            }
            if (core.segments.takeReady(segment, place.offset())) {
                core.segments.defer(segment, place.offset(), ASIDE);
                aside = true;
                asideAt = core.clock.nanos();
            }
        } finally {
            core.lock.unlock();
        }
        LOG.error("journal sets aside an event that cannot be read, it stays pending location={}", where, failure);
    }

    /**
     * Gives up an event whose bytes are damaged.
     *
     * @throws IOException when the disk does not give out what is known of it
     */
    void giveUp(SegmentTable.Place place) throws IOException {
        Segment segment = place.segment();
        long offset = place.offset();
        Key key = keyAt(segment, offset);
        Damage damage = Damage.ofRecord(segment, offset);
        byte[] bytes = damage.read();
        String where = segment.name() + ":" + offset;
        boolean news;
        core.lock.lock();
        try {
            if (core.segments.get(segment.ordinal) != segment || !core.segments.takeReady(segment, offset)) {
                return;
            }
            core.segments.removePending(segment);
            if (key != null) {
                core.forgetUnsaved(key);
                core.index.remove(key.high(), key.low());
            }
            news = core.count(damage);
        } finally {
            core.lock.unlock();
        }
        if (news) {
            Damages.putAside(core.storage, damage, bytes);
        }
        LOG.error("journal found a damaged pending event and gives it up location={}", where);
    }

    /**
     * What to go on with when the newest state of an event is damaged; null when there is a newer one by now.
     *
     * @param holder the segment that the state is in
     * @throws IOException when the disk does not give out what is damaged
     */
    StateRecord lostState(StateRecord first, Segment holder, long location, Exception cause) throws IOException {
        Key key = first.key();
        Damage damage = Damage.ofRecord(holder, Location.offset(location));
        byte[] bytes = damage.read();
        StateRecord lost;
        boolean news;
        core.lock.lock();
        try {
            if (core.index.get(key.high(), key.low()) != location) {
                return null;
            }
            news = core.count(damage);
            lost = first.lost(Location.RETRY, core.now());
        } finally {
            core.lock.unlock();
        }
        if (news) {
            Damages.putAside(core.storage, damage, bytes);
        }
        LOG.error("journal cannot read the attempts of a pending event, it goes under a new id key={}", key, cause);
        return lost;
    }

    /** The key of a damaged event, if its bytes still say it and what is known of that key names this place; else null. */
    private Key keyAt(Segment segment, long offset) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(RecordFormat.HEADER);
        if (segment.file.read(head, offset) < RecordFormat.HEADER) {
            return null;
        }
        Key key = RecordFormat.key(head, 0);
        StateRecord state;
        long location;
        Segment holder;
        core.lock.lock();
        try {
            state = core.unsaved(key);
            location = core.index.get(key.high(), key.low());
            holder = core.segments.at(location);
        } finally {
            core.lock.unlock();
        }
        if (state == null && Location.kind(location) == Location.EVENT) {
            return holder == segment && Location.offset(location) == offset ? key : null;
        }
        if (state == null && Location.kind(location) == Location.RETRY) {
            try {
                state = Queries.read(key, holder, Location.offset(location));
            } catch (DamagedRecordException | JournalDamagedException e) {
                LOG.debug("journal cannot tell the key of a damaged event segment={}", segment.name(), e);
            }
        }
        boolean here = state != null && state.eventSegment() == segment.ordinal && state.eventOffset() == offset;
        return here ? key : null;
    }
}
