package io.bactrian.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found damaged: told, counted and put aside once, whoever finds it. Guarded by the journal's lock. */
final class Damages {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Map<Long, List<Damage>> known = new HashMap<>();
    private long records;

    /** How many records, as far as one can tell. */
    long records() {
        return records;
    }

    /** Counts what is not known of some damage, and returns whether that is anything: of several records some may be. */
    boolean add(Damage damage) {
        List<Damage> inSegment = known.computeIfAbsent(damage.segment().ordinal, ordinal -> new ArrayList<>(1));
        if (inSegment.stream().anyMatch(damage::isIn)) {
            return false;
        }
        List<Damage> parts = inSegment.stream()
                .filter(one -> damage.hit(one.segment(), one.from()))
                .toList();
        records += Math.max(
                0, damage.records() - parts.stream().mapToLong(Damage::records).sum());
        inSegment.removeAll(parts);
        inSegment.add(damage);
        return true;
    }

    /** A file that is gone has no damage; its number does not come again. */
    void forget(Segment segment) {
        known.remove(segment.ordinal);
    }

    /** Keeps damaged bytes for whoever wants to look into them, if the disk lets it, and says where; called without the lock. */
    static void putAside(Storage storage, Damage damage, byte[] bytes) {
        String segment = damage.segment().name();
        String name = segment + "-" + damage.from() + "-" + damage.to() + ".bin";
        String kept = "corrupt/" + name;
        try {
            storage.quarantine(name, bytes);
        } catch (IOException e) {
            kept = "nowhere: " + e.getMessage();
        }
        LOG.error(
                "journal found corruption segment={} from={} to={} records={} kept=\"{}\"",
                segment,
                damage.from(),
                damage.to(),
                damage.records(),
                kept);
    }
}
