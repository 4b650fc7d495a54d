package io.bactrian.camel.repair;

import java.time.Instant;

import io.bactrian.jetstream.StreamPicture;

/**
 * What is remembered of a stream from one look to the next, durably.
 *
 * @param stream its name
 * @param created when it was made, or null before the first look
 * @param first its first sequence: what is below was gone, and rightly so
 * @param last its last sequence
 * @param deleted how many messages between the two were not there
 * @param server id of the server we were connected to
 * @param since proofs of this moment or before it say nothing of the stream as it is now: it had forgotten something then
 * @param repair what is being published again, or null
 */
record StreamMarks(
        String stream,
        Instant created,
        long first,
        long last,
        long deleted,
        String server,
        Instant since,
        Repair repair) {

    /**
     * A repair that has begun.
     *
     * @param reason what was noticed
     * @param since proofs up to this moment are not to be believed
     * @param keptFrom messages with a lower sequence had gone before, and rightly so
     * @param gaps whether a message that is missing between others counts as lost
     */
    record Repair(Amnesia reason, Instant since, long keptFrom, boolean gaps) {}

    static StreamMarks unknown(String stream) {
        return new StreamMarks(stream, null, 0, 0, 0, "", Instant.EPOCH, null);
    }

    /** The stream as it is now. */
    StreamMarks seen(StreamPicture now) {
        return new StreamMarks(
                stream, now.created(), now.first(), now.last(), now.deleted(), now.server(), since, repair);
    }

    /** The same of a stream that says that it was made at another time. */
    StreamMarks createdAt(Instant moment) {
        return new StreamMarks(stream, moment, first, last, deleted, server, since, repair);
    }

    StreamMarks repairing(StreamPicture now, Repair begun) {
        return new StreamMarks(
                stream, now.created(), now.first(), now.last(), now.deleted(), now.server(), begun.since(), begun);
    }

    StreamMarks repaired() {
        return new StreamMarks(stream, created, first, last, deleted, server, since, null);
    }
}
