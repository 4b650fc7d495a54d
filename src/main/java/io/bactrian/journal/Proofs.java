package io.bactrian.journal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * For each stream, the highest sequence that was proved after any moment: of all proofs only those that no later one exceeds.
 * Streams number their messages upwards, so these are about as many as there are proofs in disorder. A stream that gives a new
 * message a sequence that is not above all that it had proved when the event was handed out has lost something, and that is
 * noticed at once, since later proofs may exceed the lost ones. Guarded by the journal's lock.
 */
final class Proofs {
    /** Beyond, the oldest go: what is asked is mostly the newest. */
    private static final int MAX = 4096;

    private final Map<String, OfStream> byStream = new HashMap<>();
    /** The highest sequence of each stream, at its place; copied before it changes once it was given away. */
    private long[] highest = {};

    private boolean given;
    private int places;

    private static final class OfStream {
        final TreeMap<Long, LastPublished> proofs = new TreeMap<>();
        int place;
        long gaveAgainAt = Long.MIN_VALUE;
    }

    /** What all streams have proved so far, for {@link PendingEvent#proved}; not to be written to. */
    long[] soFar() {
        given = true;
        return highest;
    }

    /** @param at when it became known, on the journal's clock */
    void add(PendingEvent event, Published published, long at) {
        OfStream stream = ofStream(published.stream());
        if (!published.duplicate()
                && stream.place < event.proved.length
                && published.sequence() <= event.proved[stream.place]) {
            stream.gaveAgainAt = at;
            moveOn(stream);
        }
        add(stream, event.key(), event.epoch(), published, at);
    }

    /** One that was read from a file. */
    void add(Key key, int epoch, Published published, long at) {
        add(ofStream(published.stream()), key, epoch, published, at);
    }

    private OfStream ofStream(String name) {
        OfStream stream = byStream.get(name);
        if (stream == null) {
            stream = new OfStream();
            stream.place = places++;
            byStream.put(name, stream);
        }
        return stream;
    }

    private void add(OfStream stream, Key key, int epoch, Published published, long at) {
        raise(stream.place, published.sequence());
        TreeMap<Long, LastPublished> proofs = stream.proofs;
        Map.Entry<Long, LastPublished> later = proofs.ceilingEntry(at);
        if (later != null && later.getValue().published().sequence() >= published.sequence()) {
            return;
        }
        Map.Entry<Long, LastPublished> exceeded = proofs.floorEntry(at);
        while (exceeded != null && exceeded.getValue().published().sequence() <= published.sequence()) {
            proofs.remove(exceeded.getKey());
            exceeded = proofs.floorEntry(at);
        }
        proofs.put(at, new LastPublished(key, epoch, published));
        if (proofs.size() > MAX) {
            proofs.pollFirstEntry();
        }
    }

    private void raise(int place, long sequence) {
        if (place < highest.length && sequence <= highest[place]) {
            return;
        }
        if (given || place >= highest.length) {
            highest = Arrays.copyOf(highest, Math.max(highest.length, place + 1));
            given = false;
        }
        highest[place] = sequence;
    }

    /** Events that were handed out before are compared no more. */
    private void moveOn(OfStream stream) {
        stream.place = places++;
    }

    /** Whether a stream has given a sequence again since it was {@link #distrust distrusted} last. */
    boolean gaveAgain(String name) {
        OfStream stream = byStream.get(name);
        return stream != null && stream.gaveAgainAt != Long.MIN_VALUE;
    }

    /** Proofs of that moment or before it say nothing of the stream as it is now. */
    void distrust(String name, long upTo) {
        OfStream stream = byStream.get(name);
        if (stream == null) {
            return;
        }
        if (stream.gaveAgainAt <= upTo) {
            stream.gaveAgainAt = Long.MIN_VALUE;
        }
        moveOn(stream);
        LastPublished believed = highest(name, upTo);
        if (believed != null) {
            raise(stream.place, believed.published().sequence());
        }
    }

    /** @param afterMillis proofs of that moment or before it do not count */
    LastPublished highest(String name, long afterMillis) {
        OfStream stream = byStream.get(name);
        Map.Entry<Long, LastPublished> first = stream == null ? null : stream.proofs.higherEntry(afterMillis);
        return first == null ? null : first.getValue();
    }

    Set<String> streams() {
        return Set.copyOf(byStream.keySet());
    }
}
