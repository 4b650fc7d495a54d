package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found damaged: told, counted and put aside once, whoever finds it. Guarded by the journal's lock. */
final class Damages {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int MAX_KEPT = 1 << 20;

    private final Set<Place> known = new HashSet<>();
    private long records;

    private record Place(long segment, long offset) {}

    /** How many records, as far as one can tell. */
    long records() {
        return records;
    }

    /** Counts damage and returns whether it was not known. */
    boolean add(Segment segment, long offset, long damagedRecords) {
        if (!known.add(new Place(segment.ordinal, offset))) {
            return false;
        }
        records += damagedRecords;
        return true;
    }

    /** A file that is gone has no damage; its number does not come again. */
    void forget(Segment segment) {
        known.removeIf(place -> place.segment == segment.ordinal);
    }

    /** Keeps damaged bytes for whoever wants to look into them, and says where; called without the lock. */
    static void putAside(Storage storage, Damage damage) throws IOException {
        String segment = damage.segment().name();
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(damage.to() - damage.from(), MAX_KEPT));
        damage.segment().file.read(bytes, damage.from());
        String name = segment + "-" + damage.from() + "-" + damage.to() + ".bin";
        storage.quarantine(name, bytes.array());
        LOG.error(
                "journal found corruption segment={} from={} to={} records={} kept=\"corrupt/{}\"",
                segment,
                damage.from(),
                damage.to(),
                damage.records(),
                name);
    }
}
