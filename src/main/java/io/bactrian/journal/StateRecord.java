package io.bactrian.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What happened to a key: the body of a state record, before it is written or after it was read. */
record StateRecord(
        Key key,
        int kind,
        int epoch,
        int attempts,
        long eventSequence,
        long acceptedAt,
        long eventSegment,
        long eventOffset,
        Published published,
        Failure failure,
        long nextAttemptAt,
        long time,
        History history) {

    /** The segment of an event that is gone or never was. */
    static final long NO_SEGMENT = 0;

    private static final int FIXED = 64;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_NAME = 255;
    private static final int MAX_FIRST_TEXT = 1024;

    /** No state record occupies more. */
    static final int MAX_OCCUPIED =
            RecordFormat.occupied(FIXED + 19 + MAX_NAME + 12 + MAX_NAME + MAX_TEXT + 12 + MAX_NAME + MAX_FIRST_TEXT);

    StateRecord movedTo(long segment, long offset) {
        return new StateRecord(
                key,
                kind,
                epoch,
                attempts,
                eventSequence,
                acceptedAt,
                segment,
                offset,
                published,
                failure,
                nextAttemptAt,
                time,
                history);
    }

    /**
     * What to go on with when the newest state of an event cannot be read, while the event can; this is its first state. Its epoch
     * is one that it cannot have had, the minutes since 1970: it goes to NATS under an id of its own, rather twice than never.
     */
    StateRecord lost(int kindThen, long now) {
        return new StateRecord(
                key,
                kindThen,
                (int) TimeUnit.MILLISECONDS.toMinutes(now),
                0,
                eventSequence,
                acceptedAt,
                eventSegment,
                eventOffset,
                null,
                new Failure(
                        "state-damaged",
                        "what was known of its attempts cannot be read any more",
                        Instant.ofEpochMilli(now)),
                0,
                now,
                History.NONE);
    }

    /** The same, written now: retention counts from when a change is durable, not from when it was asked for. */
    StateRecord at(long now) {
        return new StateRecord(
                key,
                kind,
                epoch,
                attempts,
                eventSequence,
                acceptedAt,
                eventSegment,
                eventOffset,
                published,
                failure,
                nextAttemptAt,
                now,
                history);
    }

    /** The same if the event was not at the place it is moved from. */
    StateRecord movedTo(Segment from, long fromOffset, Segment to, long toOffset) {
        return eventSegment == from.ordinal && eventOffset == fromOffset ? movedTo(to.ordinal, toOffset) : this;
    }

    EventState toEventState(boolean payloadKept) {
        return new EventState(
                key,
                eventSequence,
                state(kind),
                Instant.ofEpochMilli(acceptedAt),
                Instant.ofEpochMilli(time),
                epoch,
                attempts,
                published,
                failure,
                history.earlierAttempts(),
                history.firstError(),
                nextAttemptAt == 0 ? null : Instant.ofEpochMilli(nextAttemptAt),
                payloadKept);
    }

    static State state(int kind) {
        return switch (kind) {
            case Location.EVENT, Location.RETRY -> State.ACCEPTED;
            case Location.PROCESSED, Location.REMEMBERED -> State.PROCESSED;
            case Location.DEAD -> State.DEAD;
            case Location.DISCARDED -> State.DISCARDED;
            default -> throw new IllegalArgumentException("kind " + kind + " has no state");
        };
    }

    byte[] encode() {
        byte[] stream = published == null ? new byte[0] : text(published.stream(), MAX_NAME);
        byte[] errorClass = failure == null ? new byte[0] : text(failure.errorClass(), MAX_NAME);
        byte[] message = failure == null ? new byte[0] : text(failure.message(), MAX_TEXT);
        // mostly the first failure is the last one too
        Failure first = Objects.equals(history.firstError(), failure) ? null : history.firstError();
        boolean same = failure != null && history.firstError() != null && first == null;
        byte[] firstClass = first == null ? new byte[0] : text(first.errorClass(), MAX_NAME);
        byte[] firstMessage = first == null ? new byte[0] : text(first.message(), MAX_FIRST_TEXT);
        int length = FIXED
                + (published == null ? 0 : 19 + stream.length)
                + (failure == null ? 0 : 12 + errorClass.length + message.length)
                + (first == null ? 0 : 12 + firstClass.length + firstMessage.length);
        ByteBuffer body = ByteBuffer.allocate(length);
        body.put((byte) kind);
        body.put((byte)
                ((published == null ? 0 : 1) | (failure == null ? 0 : 2) | (first == null ? 0 : 4) | (same ? 8 : 0)));
        body.putShort((short) 0).putInt(epoch).putInt(attempts).putInt(history.earlierAttempts());
        body.putLong(eventSequence).putLong(acceptedAt).putLong(eventSegment).putLong(eventOffset);
        body.putLong(nextAttemptAt).putLong(published == null ? 0 : published.fingerprint());
        if (published != null) {
            body.putLong(published.sequence()).putLong(published.at().toEpochMilli());
            body.put((byte) (published.duplicate() ? 1 : 0));
            body.putShort((short) stream.length).put(stream);
        }
        if (failure != null) {
            body.putLong(failure.at().toEpochMilli());
            body.putShort((short) errorClass.length).put(errorClass);
            body.putShort((short) message.length).put(message);
        }
        if (first != null) {
            body.putLong(first.at().toEpochMilli());
            body.putShort((short) firstClass.length).put(firstClass);
            body.putShort((short) firstMessage.length).put(firstMessage);
        }
        return body.array();
    }

    /**
     * Reads a body whose CRC was right.
     *
     * @throws JournalDamagedException when it says nothing this version knows
     */
    static StateRecord decode(Key key, long time, ByteBuffer body) {
        try {
            StateRecord record = read(key, time, body);
            if (record.isPlausible()) {
                return record;
            }
        } catch (BufferUnderflowException e) {
            throw new JournalDamagedException("the state record of key " + key + " is cut short");
        }
        throw new JournalDamagedException("the state record of key " + key + " says what cannot be");
    }

    private boolean isPlausible() {
        boolean nowhere = eventSegment == NO_SEGMENT;
        return kind >= Location.RETRY
                && kind <= Location.FORGOTTEN
                && (nowhere || (eventOffset >= RecordFormat.SEGMENT_HEADER && eventOffset % RecordFormat.UNIT == 0));
    }

    private static StateRecord read(Key key, long time, ByteBuffer body) {
        int kind = body.get();
        int parts = body.get();
        body.getShort();
        int epoch = body.getInt();
        int attempts = body.getInt();
        int earlierAttempts = Math.max(0, body.getInt());
        long eventSequence = body.getLong();
        long acceptedAt = body.getLong();
        long eventSegment = body.getLong();
        long eventOffset = body.getLong();
        long nextAttemptAt = body.getLong();
        long fingerprint = body.getLong();
        Published published = null;
        if ((parts & 1) != 0) {
            long sequence = body.getLong();
            Instant at = Instant.ofEpochMilli(body.getLong());
            boolean duplicate = body.get() != 0;
            published = new Published(text(body), sequence, duplicate, at, fingerprint);
        }
        Failure failure = (parts & 2) == 0 ? null : failure(body);
        Failure first = (parts & 4) == 0 ? null : failure(body);
        if ((parts & 8) != 0) {
            first = failure;
        }
        return new StateRecord(
                key,
                kind,
                epoch,
                attempts,
                eventSequence,
                acceptedAt,
                eventSegment,
                eventOffset,
                published,
                failure,
                nextAttemptAt,
                time,
                new History(earlierAttempts, first));
    }

    private static Failure failure(ByteBuffer body) {
        Instant at = Instant.ofEpochMilli(body.getLong());
        String errorClass = text(body);
        return new Failure(errorClass, text(body), at);
    }

    private static byte[] text(String text, int maxBytes) {
        String cut = text;
        byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
        while (bytes.length > maxBytes) {
            cut = cut.substring(0, Math.min(maxBytes, cut.length() * 3 / 4));
            bytes = cut.getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    private static String text(ByteBuffer body) {
        byte[] bytes = new byte[Short.toUnsignedInt(body.getShort())];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
