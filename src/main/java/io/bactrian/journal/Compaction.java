package io.bactrian.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is still needed of some segments, so that they can go: pending events, dead events, and what is known of keys,
 * each into a file of its own, because each is needed for another time. The manifest exchanges old for new at once.
 */
final class Compaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private record Move(Key key, boolean event, Segment from, long fromOffset, int kind, long toOffset) {}

    /** So many moves are made before others get the lock. */
    private static final int BITE = 512;

    private final Core core;
    private final Collection<Segment> sources;
    private final LongSupplier ordinals;
    private final LongSupplier salts;
    private final RecordReader reader = new RecordReader(4096);
    private final Map<Integer, KeptWriter> writers = new HashMap<>();
    private final List<Move> moves = new ArrayList<>();
    private final List<Move> events = new ArrayList<>();
    private final Set<Key> copied = new HashSet<>();
    /** The moves of states of events that were copied. */
    private final Map<Key, Move> states = new HashMap<>();

    /** Keys whose newest state goes with an event that is copied, unless that cannot be read. */
    private final List<Key> withEvent = new ArrayList<>();

    private final List<Key> forgotten = new ArrayList<>();
    private final Map<Integer, Manifest.Entry> entries = new HashMap<>();
    private final LostRecords lost;
    private final int revivalsBefore;
    private boolean named;

    Compaction(Core core, Collection<Segment> sources, LongSupplier ordinals, LongSupplier salts) {
        this.core = core;
        this.sources = sources;
        this.ordinals = ordinals;
        this.salts = salts;
        this.lost = new LostRecords(core);
        core.lock.lock();
        try {
            revivalsBefore = revivals();
        } finally {
            core.lock.unlock();
        }
    }

    /** Copies everything that is needed and forces it. */
    void copy(SegmentScanner scanner) throws IOException {
        for (Segment source : sources) {
            scanner.scan(source, source.end, new SegmentScanner.Visitor() {
                @Override
                public void record(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
                    Compaction.this.record(segment, offset, buffer, at);
                }

                @Override
                public void corrupt(Segment segment, long from, long to, long records) {
                    lost.add(segment, from, to, records);
                }
            });
        }
        withEvent.stream().filter(key -> !copied.contains(key)).forEach(forgotten::add);
        lost.find();
        lost.tell();
        for (Map.Entry<Integer, KeptWriter> writer : writers.entrySet()) {
            entries.put(writer.getKey(), writer.getValue().finish());
        }
    }

    /** What the manifest has to say instead of the sources. */
    Collection<Manifest.Entry> entries() {
        return entries.values();
    }

    /**
     * Whether nothing has happened since that makes a copy wrong: a replay of an event that was left behind, or a new state that
     * names the old place of one that was copied. Called with the lock held and the states frozen.
     */
    boolean isCurrent() {
        if (revivals() != revivalsBefore || !lost.mayGo(states.keySet())) {
            return false;
        }
        for (Urgent change : core.urgent) {
            StateRecord record = change.record();
            Segment segment = core.segments.get(record.eventSegment());
            if (segment != null && sources.contains(segment) && !copied.contains(record.key())) {
                return false;
            }
        }
        for (Move move : events) {
            long now = core.index.get(move.key.high(), move.key.low());
            int kind = Location.kind(now);
            if (move.kind != kind && (kind == Location.RETRY || kind == Location.DEAD)) {
                return false;
            }
            if (move.kind == Location.RETRY && !isMoved(move.key, now)) {
                return false;
            }
        }
        return true;
    }

    /** Lets memory look at the copies and forget the sources, in small bites, so that no append waits for it. */
    void apply() throws IOException {
        Map<Integer, Segment> targets = new HashMap<>();
        underLock(() -> {
            for (Map.Entry<Integer, Manifest.Entry> entry : entries.entrySet()) {
                StoredFile file = writers.get(entry.getKey()).file();
                Segment target = core.segments.add(entry.getValue(), file);
                targets.put(entry.getKey(), target);
                sources.forEach(target::inherit);
                target.events.copy(writers.get(entry.getKey()).events());
                // What was kept although its time is up would be chosen again at once, and for ever.
                target.postpone(core.clock.nanos(), core.bucketMillis());
            }
        });
        inBites(moves, move -> apply(move, targets.get(target(move.kind))));
        inBites(forgotten, this::forget);
        underLock(() -> {
            lost.giveUp();
            sources.forEach(core.damages::forget);
            // An event may have been processed between two bites, at its old place.
            targets.values().forEach(target -> sources.forEach(target::inherit));
            sources.forEach(core.segments::remove);
        });
    }

    /** The new files, which are not deleted from now on: a manifest may name them. */
    Map<String, StoredFile> files() {
        named = true;
        Map<String, StoredFile> files = new HashMap<>();
        writers.values().forEach(writer -> files.put(Manifest.name(writer.ordinal()), writer.file()));
        return files;
    }

    @Override
    public void close() throws IOException {
        for (KeptWriter writer : writers.values()) {
            if (!named) {
                writer.discard();
            }
        }
    }

    /** What may fail under the lock. */
    private interface Work {
        void run() throws IOException;
    }

    private void underLock(Work work) throws IOException {
        core.lock.lock();
        try {
            work.run();
        } finally {
            core.lock.unlock();
        }
    }

    private <T> void inBites(List<T> all, Consumer<T> work) throws IOException {
        for (int from = 0; from < all.size(); from += BITE) {
            List<T> bite = all.subList(from, Math.min(all.size(), from + BITE));
            underLock(() -> bite.forEach(work));
        }
    }

    private void forget(Key key) {
        long location = core.index.get(key.high(), key.low());
        if (location != 0 && sources.contains(core.segments.at(location))) {
            core.index.remove(key.high(), key.low());
            core.dead -= Location.kind(location) == Location.DEAD ? 1 : 0;
        }
    }

    private void apply(Move move, Segment target) {
        Key key = move.key;
        long location = core.index.get(key.high(), key.low());
        boolean current = location != 0
                && core.segments.at(location) == move.from
                && Location.offset(location) == move.fromOffset;
        if (current) {
            core.index.put(
                    key.high(),
                    key.low(),
                    Location.of(target.slot, move.toOffset, Location.kind(location), Location.bucket(location)));
        }
        if (!move.event) {
            return;
        }
        target.records++;
        core.segments.movePending(move.from, move.fromOffset, target, move.toOffset);
        PendingEvent event = core.inFlight.get(key);
        if (event != null && event.segment == move.from && event.offset == move.fromOffset) {
            core.segments.removePending(move.from);
            core.segments.addPending(target, move.toOffset);
            core.segments.takeReady(target, move.toOffset);
            event.segment = target;
            event.offset = move.toOffset;
        }
        core.moveUnsaved(key, move.from, move.fromOffset, target, move.toOffset);
    }

    private int revivals() {
        return sources.stream().mapToInt(source -> source.revivals).sum();
    }

    private boolean isMoved(Key key, long location) {
        Move move = states.get(key);
        return move != null && core.segments.at(location) == move.from && Location.offset(location) == move.fromOffset;
    }

    private void record(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
        byte type = RecordFormat.type(buffer, at);
        if (type == RecordFormat.EVENT) {
            event(segment, offset, buffer, at);
        } else if (type == RecordFormat.STATE) {
            state(segment, offset, buffer, at);
        }
    }

    private void event(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
        Key key = RecordFormat.key(buffer, at);
        long location = location(key);
        int kind = Location.kind(location);
        if (kind == Location.EVENT) {
            if (isAt(location, segment, offset)) {
                move(key, true, segment, offset, kind, writer(kind).copy(buffer, at));
            }
            return;
        }
        if (kind != Location.RETRY && kind != Location.DEAD) {
            return;
        }
        // Its newest state names this place, so it is written anew beside the copy.
        Segment stateSegment = segmentAt(location);
        long stateOffset = Location.offset(location);
        long sequence;
        StateRecord state;
        try {
            state = Queries.read(reader, key, stateSegment, stateOffset);
            sequence = RecordFormat.sequence(reader.buffer(), reader.at());
        } catch (DamagedRecordException | JournalDamagedException e) {
            if (!lost.isStateOf(kind, key, segment, offset, RecordFormat.sequence(buffer, at))) {
                return;
            }
            LOG.warn("journal cannot read the state of an event that it keeps key={}", key, e);
            core.lock.lock();
            try {
                state = Queries.stateOf(buffer, at, segment, offset).lost(kind, core.now());
                sequence = core.durableSequence; // it counts for more than what was said of the event before
            } finally {
                core.lock.unlock();
            }
        }
        if (state.eventSequence() != RecordFormat.sequence(buffer, at) || deadIsOver(state)) {
            return;
        }
        KeptWriter writer = writer(kind);
        long to = writer.copy(buffer, at);
        move(key, true, segment, offset, kind, to);
        StateRecord moved = state.movedTo(writer.ordinal(), to);
        long stateTo = writer.put(moved, sequence);
        move(key, false, stateSegment, stateOffset, kind, stateTo);
        states.put(key, moves.get(moves.size() - 1));
    }

    private void state(Segment segment, long offset, ByteBuffer buffer, int at) throws IOException {
        StateRecord state;
        try {
            state = Queries.stateOf(buffer, at, segment, offset);
        } catch (JournalDamagedException e) {
            LOG.warn("journal does not understand a record segment={} offset={}", segment.name(), offset, e);
            lost.add(segment, offset, offset + RecordFormat.occupiedAt(buffer, at), 1);
            return;
        }
        boolean eventElsewhere = eventElsewhere(state);
        long location = location(state.key());
        if (!isAt(location, segment, offset)) {
            // An older word on an event that can still be read: without it the event would be pending again.
            if (eventElsewhere && !Location.pending(state.kind())) {
                writer(Location.PROCESSED).put(state, RecordFormat.sequence(buffer, at));
            }
            return;
        }
        boolean over = deadIsOver(state) || (Location.expires(state.kind()) && isOver(location));
        if (over && !eventElsewhere) {
            forgotten.add(state.key());
        } else if (eventElsewhere || Location.expires(state.kind())) {
            long to = writer(state.kind()).put(state, RecordFormat.sequence(buffer, at));
            move(state.key(), false, segment, offset, state.kind(), to);
        }
        if (!over && !eventElsewhere && !Location.expires(state.kind())) {
            withEvent.add(state.key()); // its event is in a source too, and takes the state along
        }
    }

    private boolean eventElsewhere(StateRecord state) {
        core.lock.lock();
        try {
            Segment eventSegment = core.segments.get(state.eventSegment());
            return eventSegment != null && !sources.contains(eventSegment);
        } finally {
            core.lock.unlock();
        }
    }

    private boolean deadIsOver(StateRecord state) {
        core.lock.lock();
        try {
            return state.kind() == Location.DEAD
                    && core.now() - state.time() > core.config.deadRetention().toMillis();
        } finally {
            core.lock.unlock();
        }
    }

    private boolean isOver(long location) {
        core.lock.lock();
        try {
            return core.expired(location);
        } finally {
            core.lock.unlock();
        }
    }

    private long location(Key key) {
        core.lock.lock();
        try {
            return core.index.get(key.high(), key.low());
        } finally {
            core.lock.unlock();
        }
    }

    private Segment segmentAt(long location) {
        core.lock.lock();
        try {
            return core.segments.at(location);
        } finally {
            core.lock.unlock();
        }
    }

    private boolean isAt(long location, Segment segment, long offset) {
        return location != 0 && Location.slot(location) == segment.slot && Location.offset(location) == offset;
    }

    private void move(Key key, boolean event, Segment from, long fromOffset, int kind, long toOffset) {
        Move move = new Move(key, event, from, fromOffset, kind, toOffset);
        moves.add(move);
        if (event) {
            copied.add(key);
            events.add(move);
        }
    }

    private static int target(int kind) {
        return switch (kind) {
            case Location.EVENT, Location.RETRY -> Segment.KEPT_PENDING;
            case Location.DEAD -> Segment.KEPT_DEAD;
            default -> Segment.KEPT_KEYS;
        };
    }

    private KeptWriter writer(int kind) throws IOException {
        int target = target(kind);
        KeptWriter writer = writers.get(target);
        if (writer == null) {
            long position = sources.iterator().next().position;
            writer = new KeptWriter(core, target, ordinals.getAsLong(), position, salts.getAsLong());
            writers.put(target, writer);
        }
        return writer;
    }
}
