package io.bactrian.journal;

import java.time.Instant;

/**
 * A record as it is on disk, for a person.
 *
 * @param segment name of the file
 * @param offset bytes from the beginning of the file
 * @param bytes how many it occupies
 * @param kind {@code event}, {@code start}, {@code close}, or what a state record says: {@code retry}, {@code processed}, {@code
 *     dead}, {@code discarded}, {@code remembered}, {@code forgotten}
 * @param copy whether it was written again to outlive its segment
 * @param sequence its number
 * @param time when it was written, on the journal's clock
 * @param key its key; null of a record without one
 * @param epoch of a state: how often the event was replayed
 * @param attempts of a state: how often delivery failed
 * @param published of a state: where JetStream stored it, or null
 * @param failure of a state: the last error, or null
 * @param payload of an event, else null
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record StoredRecord(
        String segment,
        long offset,
        int bytes,
        String kind,
        boolean copy,
        long sequence,
        Instant time,
        Key key,
        int epoch,
        int attempts,
        Published published,
        Failure failure,
        byte[] payload) {

    static StoredRecord of(Segment segment, long offset, java.nio.ByteBuffer buffer, int at) {
        byte type = RecordFormat.type(buffer, at);
        StateRecord state = type == RecordFormat.STATE ? Queries.stateOf(buffer, at, segment, offset) : null;
        boolean keyed = type == RecordFormat.EVENT || type == RecordFormat.STATE;
        return new StoredRecord(
                segment.name(),
                offset,
                RecordFormat.occupiedAt(buffer, at),
                kind(type, state),
                RecordFormat.isCopy(buffer, at),
                RecordFormat.sequence(buffer, at),
                Instant.ofEpochMilli(RecordFormat.time(buffer, at)),
                keyed ? RecordFormat.key(buffer, at) : null,
                state == null ? 0 : state.epoch(),
                state == null ? 0 : state.attempts(),
                state == null ? null : state.published(),
                state == null ? null : state.failure(),
                type == RecordFormat.EVENT ? RecordFormat.body(buffer, at) : null);
    }

    private static String kind(byte type, StateRecord state) {
        return switch (type) {
            case RecordFormat.EVENT -> "event";
            case RecordFormat.START -> "start";
            case RecordFormat.CLOSE -> "close";
            default ->
                switch (state.kind()) {
                    case Location.RETRY -> "retry";
                    case Location.PROCESSED -> "processed";
                    case Location.DEAD -> "dead";
                    case Location.DISCARDED -> "discarded";
                    case Location.REMEMBERED -> "remembered";
                    case Location.FORGOTTEN -> "forgotten";
                    default -> "unknown-" + state.kind();
                };
        };
    }
}
