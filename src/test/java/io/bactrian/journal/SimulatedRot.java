package io.bactrian.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Flips bits of records on a simulated disk, and knows which records are damaged by that and which of them the journal has put
 * aside. The last batch of a part of the log stays whole: after a crash its damage looks like a write that was cut off.
 */
final class SimulatedRot {
    /** Segment, from, to. */
    private static final Pattern PUT_ASIDE = Pattern.compile("(.+)-(\\d+)-(\\d+)\\.bin");

    private final SimulatedDisk disk;
    private final SplittableRandom random;
    private final List<Damaged> all = new ArrayList<>();
    private int putAside;

    SimulatedRot(SimulatedDisk disk, SplittableRandom random) {
        this.disk = disk;
        this.random = random;
    }

    /** A record that cannot be read any more. */
    static final class Damaged {
        final long ordinal;
        final long offset;
        final Key key;
        final boolean event;
        /** What a state record said. */
        final int kind;

        private final long end;
        /** Whether what says whose state it was, and which, was hit. */
        private boolean unrecognizable;
        /** Whether sequence or time was hit. */
        private boolean ageless;

        private boolean known;

        private Damaged(Segment segment, long offset, ByteBuffer bytes) {
            this.ordinal = segment.ordinal;
            this.offset = offset;
            this.end = offset + RecordFormat.occupiedAt(bytes, (int) offset);
            this.key = RecordFormat.key(bytes, (int) offset);
            this.event = RecordFormat.type(bytes, (int) offset) == RecordFormat.EVENT;
            this.kind = event ? Location.EVENT : bytes.get((int) offset + RecordFormat.HEADER);
        }

        private void hit(long place) {
            boolean shape = place >= 4 && place < 13;
            boolean key = place >= 32 && place < 48;
            boolean eventSequence = place >= 72 && place < 80;
            ageless = place >= 16 && place < 32;
            unrecognizable = shape || ageless || key || place == RecordFormat.HEADER || eventSequence;
        }

        /** Whether a start can tell that it was a state of a pending event. */
        boolean tellsOfPending() {
            return !event && kind == Location.RETRY && !unrecognizable;
        }

        /** Whether a start may take it for newer than what came after it. */
        boolean isAgeless() {
            return ageless;
        }

        /** Whether the journal has put it aside. */
        boolean isKnown() {
            return known;
        }

        private boolean covers(String file, long place) {
            return Manifest.name(ordinal).equals(file) && place >= offset && place < end;
        }

        @Override
        public String toString() {
            return (event ? "event" : "state") + " at " + Manifest.name(ordinal) + ":" + offset;
        }
    }

    /** All that is damaged. */
    List<Damaged> all() {
        return all;
    }

    /** Damages a record that is durable, of an event or of what became of it; null when there is none. */
    Damaged strike(SegmentTable segments) {
        List<Segment> there = segments.inOrder().stream()
                .filter(segment -> disk.fileNames().contains(segment.name()))
                .toList();
        Segment segment = there.isEmpty() ? null : there.get(random.nextInt(there.size()));
        List<Damaged> candidates =
                segment == null ? List.of() : records(segment, ByteBuffer.wrap(disk.bytes(segment.name())));
        if (candidates.isEmpty()) {
            return null;
        }
        // What is rare is hit as often.
        int[] kinds =
                candidates.stream().mapToInt(record -> record.kind).distinct().toArray();
        int kind = kinds[random.nextInt(kinds.length)];
        candidates.removeIf(record -> record.kind != kind);
        Damaged damaged = candidates.get(random.nextInt(candidates.size()));
        long place = random.nextLong(damaged.end - damaged.offset);
        disk.flip(segment.name(), damaged.offset + place, random.nextInt(8));
        damaged.hit(place);
        all.add(damaged);
        return damaged;
    }

    private static List<Damaged> records(Segment segment, ByteBuffer bytes) {
        List<Damaged> records = new ArrayList<>();
        CRC32C crc = new CRC32C();
        long lastBatch = segment.end;
        for (long offset = RecordFormat.SEGMENT_HEADER; offset < segment.end; ) {
            int at = (int) offset;
            if (!RecordFormat.valid(bytes, at, segment.salt, offset, crc)) {
                offset += RecordFormat.UNIT;
                continue;
            }
            byte type = RecordFormat.type(bytes, at);
            if (type == RecordFormat.EVENT || type == RecordFormat.STATE) {
                records.add(new Damaged(segment, offset, bytes));
            }
            lastBatch = segment.isLog() ? RecordFormat.batchOffset(bytes, at) : segment.end;
            offset += RecordFormat.occupiedAt(bytes, at);
        }
        long whole = lastBatch;
        records.removeIf(record -> record.offset >= whole);
        return records;
    }

    /** Takes notice of what was put aside since; returns what was not damaged, or null. */
    String falseAlarm() {
        for (; putAside < disk.quarantined.size(); putAside++) {
            String name = disk.quarantined.get(putAside);
            Matcher parts = PUT_ASIDE.matcher(name);
            if (!parts.matches()) {
                return name;
            }
            long to = Long.parseLong(parts.group(3));
            for (long place = Long.parseLong(parts.group(2)); place < to; ) {
                Damaged hit = at(parts.group(1), place);
                if (hit == null) {
                    return name;
                }
                hit.known = true;
                place = hit.end;
            }
        }
        return null;
    }

    private Damaged at(String file, long place) {
        return all.stream()
                .filter(damaged -> damaged.covers(file, place))
                .findFirst()
                .orElse(null);
    }

    /** Whether the journal has told of damage to the event of a key. */
    boolean isKnown(Key key) {
        return all.stream().anyMatch(damaged -> damaged.event && damaged.key.equals(key) && damaged.known);
    }
}
