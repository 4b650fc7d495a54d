package io.bactrian.journal;

import java.time.Instant;
import java.util.List;

/**
 * What is in a journal's directory.
 *
 * @param version of the format
 * @param owner process that has it open, or 0
 * @param segments its files, in the order of delivery
 * @param damage what is missing or cannot be read; empty of a journal that is whole
 * @param pending accepted events that are not yet processed, dead or discarded
 * @param processed keys of processed events and keys without an event
 * @param dead events given up and kept
 * @param discarded keys of events that a person gave up
 * @param oldestPendingAt when the oldest pending event was accepted, or null
 * @param lastSequence the highest number of a record
 */
public record JournalReport(
        int version,
        long owner,
        List<SegmentReport> segments,
        List<Damage> damage,
        long pending,
        long processed,
        long dead,
        long discarded,
        Instant oldestPendingAt,
        long lastSequence) {

    /**
     * A file.
     *
     * @param name of the file
     * @param kind {@code log}, or what is kept in it: {@code keys}, {@code dead}, {@code pending}
     * @param bytes its size
     * @param used bytes up to the last record
     * @param events how many events are in it
     * @param pending how many of them are pending
     */
    public record SegmentReport(String name, String kind, long bytes, long used, int events, int pending) {}

    /**
     * Something that was durable and cannot be read any more.
     *
     * @param file its name
     * @param from first byte
     * @param to behind the last byte
     * @param what one line
     */
    public record Damage(String file, long from, long to, String what) {}
}
