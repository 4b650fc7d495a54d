package io.bactrian.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work behind the scenes: prepares segments so that the flusher never waits for one. The only one to change the manifest. */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** One to roll to and one in reserve for outcomes. */
    private static final int PREPARED = 2;

    private final Core core;
    private final Manifest manifest;
    private final LongSupplier salts;
    private long nextOrdinal;

    Upkeep(Core core, Manifest manifest, LongSupplier salts, long nextOrdinal) {
        this.core = core;
        this.manifest = manifest;
        this.salts = salts;
        this.nextOrdinal = nextOrdinal;
    }

    /** How long to wait for work, at most. */
    long pauseNanos() {
        return TimeUnit.SECONDS.toNanos(1);
    }

    /** Does one piece of work and returns whether there may be more. */
    boolean step() {
        core.lock.lock();
        try {
            if (core.closing || core.failing != null || core.segments.prepared.size() >= PREPARED) {
                return false;
            }
        } finally {
            core.lock.unlock();
        }
        return prepare();
    }

    /** Prepares one segment and returns whether that went well. */
    private boolean prepare() {
        String refusal = null;
        try {
            refusal = noRoom();
            if (refusal == null) {
                addPrepared();
            }
        } catch (IOException e) {
            refusal = "cannot prepare a segment: " + e.getMessage();
            LOG.warn("journal cannot prepare a segment directory={}", core.config.directory(), e);
        }
        core.lock.lock();
        try {
            core.noRoom(refusal);
        } finally {
            core.lock.unlock();
        }
        return refusal == null;
    }

    private String noRoom() throws IOException {
        long size = core.config.segmentSize();
        core.lock.lock();
        try {
            if (core.segments.bytes() + size > core.config.maxSize()) {
                return "max-size " + core.config.maxSize() + " bytes is used";
            }
        } finally {
            core.lock.unlock();
        }
        long usable = core.storage.usableSpace();
        return usable - size < core.config.minFree()
                ? usable + " bytes are free on the disk, min-free is " + core.config.minFree()
                : null;
    }

    private void addPrepared() throws IOException {
        long ordinal = nextOrdinal++;
        long size = core.config.segmentSize();
        Manifest.Entry entry = new Manifest.Entry(ordinal, ordinal, salts.getAsLong(), size, Segment.LOG, 0);
        StoredFile file = core.storage.create(Manifest.name(ordinal), size);
        boolean added = false;
        try {
            file.write(SegmentHeader.encode(entry), 0);
            file.force();
            core.storage.syncDirectory();
            List<Manifest.Entry> entries = new ArrayList<>();
            core.lock.lock();
            try {
                entries.addAll(core.segments.entries());
            } finally {
                core.lock.unlock();
            }
            entries.add(entry);
            manifest.write(entries);
            core.lock.lock();
            try {
                core.segments.prepared.add(core.segments.add(entry, file));
                added = true;
            } finally {
                core.lock.unlock();
            }
        } finally {
            if (!added) {
                file.close();
            }
        }
    }
}
