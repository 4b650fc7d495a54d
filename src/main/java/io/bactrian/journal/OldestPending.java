package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * When the oldest pending event was accepted. Of what is in flight that is in memory, of what waits it is in the header of its
 * record; that is read outside the lock, and once for each event that becomes the oldest of those that wait.
 */
final class OldestPending {
    private final Core core;
    private volatile Known known = new Known(null, 0, 0);

    OldestPending(Core core) {
        this.core = core;
    }

    /** The time of the record at a place. */
    private record Known(Segment segment, long offset, long time) {
        boolean isOf(SegmentTable.Place place) {
            return segment == place.segment() && offset == place.offset();
        }
    }

    /** May read from disk. When the record cannot be read, that of the first record of its segment. */
    Optional<Instant> acceptedAt() {
        SegmentTable.Place waiting;
        long segmentTime;
        Optional<Instant> inFlight;
        core.lock.lock();
        try {
            waiting = firstWaiting();
            segmentTime = waiting == null ? 0 : waiting.segment().firstTime;
            inFlight = core.inFlight.values().stream()
                    .map(PendingEvent::acceptedAt)
                    .min(Instant::compareTo);
        } finally {
            core.lock.unlock();
        }
        if (waiting == null) {
            return inFlight;
        }
        Instant time = Instant.ofEpochMilli(time(waiting, segmentTime));
        return inFlight.filter(time::isAfter).or(() -> Optional.of(time));
    }

    private SegmentTable.Place firstWaiting() {
        for (Segment segment : core.segments.inOrder()) {
            int ready = segment.ready.first();
            int deferred = segment.deferred.first();
            if (ready >= 0 || deferred >= 0) {
                int first = ready < 0 || deferred < 0 ? Math.max(ready, deferred) : Math.min(ready, deferred);
                return new SegmentTable.Place(segment, (long) first * RecordFormat.UNIT);
            }
        }
        return null;
    }

    private long time(SegmentTable.Place place, long otherwise) {
        Known before = known;
        if (before.isOf(place)) {
            return before.time();
        }
        Segment segment = place.segment();
        ByteBuffer header = ByteBuffer.allocate(RecordFormat.UNIT);
        try {
            segment.file.read(header, place.offset());
        } catch (IOException e) {
            return otherwise;
        }
        // fails for a damaged record, and for one that was moved meanwhile
        if (!RecordFormat.plausible(header.flip(), 0, segment.salt, place.offset())) {
            return otherwise;
        }
        known = new Known(segment, place.offset(), RecordFormat.time(header, 0));
        return known.time();
    }
}
