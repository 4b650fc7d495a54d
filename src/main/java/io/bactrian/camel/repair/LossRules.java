package io.bactrian.camel.repair;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import io.bactrian.camel.repair.StreamMarks.Repair;
import io.bactrian.jetstream.StoredAs;
import io.bactrian.jetstream.StreamPicture;
import io.bactrian.journal.Key;

/**
 * What counts as lost and what as rightly gone: the table of {@code docs/jetstream.md}. A stream takes messages away from its
 * front (a purge, limits of age and size, consumers of a work queue) without ever lowering its last sequence or giving a sequence
 * to another message; a broker that has lost messages does one of these, or is another stream.
 */
final class LossRules {

    private LossRules() {}

    /**
     * Whether a stream has forgotten something since it was looked at last.
     *
     * @param highest the highest sequence it has acknowledged since, as known before {@code now} was asked for; 0 for none
     */
    static Optional<Amnesia> detect(StreamMarks before, long highest, StreamPicture now) {
        if (before.created() != null && !before.created().equals(now.created())) {
            return Optional.of(Amnesia.STREAM_RECREATED);
        }
        if (now.last() < Math.max(before.last(), highest)) {
            return Optional.of(Amnesia.SEQUENCE_REGRESSED);
        }
        return gapsAreLosses(before, now) ? Optional.of(Amnesia.MESSAGE_MISSING) : Optional.empty();
    }

    /**
     * Whether messages between others have gone while nobody could delete them: the server was started again since, and the stream
     * has no rule that takes single messages away. Another replica would have them.
     */
    static boolean gapsAreLosses(StreamMarks before, StreamPicture now) {
        return before.created() != null
                && !now.removesSingly()
                && now.replicas() == 1
                && !now.server().equals(before.server())
                && now.deleted() > before.deleted();
    }

    /** Whether a message that was looked at shows that its sequence was given to another one. */
    static boolean isAnother(Key key, int epoch, Optional<StoredAs> found) {
        return found.isPresent() && !isOf(key, epoch, found.get().messageId());
    }

    /** Whether an acknowledged message is to be published again. */
    static boolean isLost(
            Repair repair, StreamPicture now, long sequence, Key key, int epoch, Optional<StoredAs> found) {
        if (found.isPresent() && isOf(key, epoch, found.get().messageId())) {
            return false;
        }
        if (sequence < repair.keptFrom()) {
            return false;
        }
        if (repair.reason() == Amnesia.STREAM_RECREATED || found.isPresent() || sequence > now.last()) {
            return true;
        }
        return sequence >= now.first() && repair.gaps();
    }

    /** Whether a {@code Nats-Msg-Id} is that of a publication of the event: the journal's key is the first half of it. */
    static boolean isOf(Key key, int epoch, String messageId) {
        if (messageId == null) {
            return false;
        }
        int mark = messageId.indexOf("#r");
        String id = mark < 0 ? messageId : messageId.substring(0, mark);
        if (!(mark < 0 ? "0" : messageId.substring(mark + 2)).equals(String.valueOf(epoch))) {
            return false;
        }
        try {
            byte[] digest = Base64.getUrlDecoder().decode(id);
            if (digest.length < 2 * Long.BYTES) {
                return false;
            }
            ByteBuffer halves = ByteBuffer.wrap(digest);
            return halves.getLong() == key.high() && halves.getLong() == key.low();
        } catch (IllegalArgumentException e) {
            return false; // not an id of ours
        }
    }

    /** A repair that begins. */
    static Repair begin(Amnesia reason, StreamMarks before, StreamPicture now, Instant since) {
        Repair interrupted = before.repair();
        long keptFrom = interrupted == null ? before.first() : Math.min(before.first(), interrupted.keptFrom());
        boolean gaps = gapsAreLosses(before, now) || (interrupted != null && interrupted.gaps());
        return new Repair(reason, since, keptFrom, gaps);
    }
}
