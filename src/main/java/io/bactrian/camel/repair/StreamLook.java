package io.bactrian.camel.repair;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.bactrian.jetstream.StoredAs;
import io.bactrian.jetstream.StreamMessages;
import io.bactrian.jetstream.StreamPicture;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.Key;
import io.bactrian.journal.LastPublished;
import io.bactrian.journal.ProcessedWalk;
import io.bactrian.journal.Published;

/**
 * Compares a stream with what it has acknowledged: its identity, its last sequence, the newest acknowledged message and a few more
 * samples, other ones each time. Not for several threads.
 */
final class StreamLook {

    private static final int SAMPLES = 16;
    private static final int LOOKED_AT = 1024;
    private static final long PATIENCE_SECONDS = 10;

    private final Journal journal;
    private final StreamMessages messages;
    private final Map<String, ProcessedWalk> sampling = new TreeMap<>();
    private final Map<String, Instant> lookedAt = new TreeMap<>();

    /**
     * What a look has found.
     *
     * @param marks to be remembered from now on
     * @param now the stream
     * @param news whether it has forgotten something that was not known before
     */
    record Result(StreamMarks marks, StreamPicture now, boolean news) {}

    StreamLook(Journal journal, StreamMessages messages) {
        this.journal = journal;
        this.messages = messages;
    }

    /**
     * Blocks for a few seconds at most.
     *
     * @return empty when there is no such stream now
     * @throws IOException when the server does not say
     */
    Optional<Result> look(StreamMarks before) throws IOException, InterruptedException {
        // what is known before the question must be in its answer; what comes meanwhile is not compared
        Instant moment = journal.mark();
        boolean gaveAgain = journal.gaveAgain(before.stream());
        Optional<LastPublished> highest = journal.lastPublished(before.stream(), before.since());
        Optional<StreamPicture> picture = messages.picture(before.stream());
        if (picture.isEmpty()) {
            return Optional.empty();
        }
        StreamPicture now = picture.get();
        long sequence = highest.map(last -> last.published().sequence()).orElse(0L);
        Optional<Amnesia> reason = LossRules.detect(before, sequence, now);
        if (reason.equals(Optional.of(Amnesia.STREAM_RECREATED))
                && isStillThere(before, lookedAt.get(before.stream()))) {
            // some servers tell another time of creation once a stream's configuration has been changed
            reason = LossRules.detect(before.createdAt(now.created()), sequence, now);
        }
        if (reason.isEmpty() && gaveAgain) {
            reason = Optional.of(Amnesia.SEQUENCE_REGRESSED);
        }
        if (reason.isEmpty() && isAnotherThere(before, highest)) {
            reason = Optional.of(Amnesia.MESSAGE_MISSING);
        }
        lookedAt.put(before.stream(), moment);
        return Optional.of(
                reason.isEmpty()
                        ? new Result(before.seen(now), now, false)
                        : new Result(
                                before.repairing(now, LossRules.begin(reason.get(), before, now, moment)), now, true));
    }

    /**
     * Whether a message that was acknowledged before the look before is where it was: a stream that was made again has given its
     * sequence to another one, or to none yet. What was acknowledged since may be of the new stream, and says nothing.
     *
     * @param then when that look was, or null when there was none since the start
     */
    private boolean isStillThere(StreamMarks before, Instant then) throws IOException, InterruptedException {
        ProcessedWalk walk = journal.processedEvents();
        int samples = 0;
        for (int looked = 0; then != null && looked < LOOKED_AT && samples < SAMPLES; looked++) {
            EventState event = next(walk);
            if (event == null) {
                return false;
            }
            Published published = event.published();
            if (!published.stream().equals(before.stream())
                    || published.sequence() > before.last()
                    || event.changedAt().isAfter(then)) {
                continue;
            }
            samples++;
            Optional<StoredAs> found = at(before.stream(), published);
            if (found.isPresent()) {
                return LossRules.isOf(event.key(), event.epoch(), found.get().messageId());
            }
        }
        return false;
    }

    private boolean isAnotherThere(StreamMarks before, Optional<LastPublished> highest)
            throws IOException, InterruptedException {
        if (highest.isPresent()
                && isAnother(
                        before.stream(),
                        highest.get().published(),
                        highest.get().key(),
                        highest.get().epoch())) {
            return true;
        }
        ProcessedWalk walk = sampling.computeIfAbsent(before.stream(), stream -> journal.processedEvents());
        int samples = 0;
        for (int looked = 0; looked < LOOKED_AT && samples < SAMPLES; looked++) {
            EventState event = next(walk);
            if (event == null) {
                sampling.remove(before.stream());
                return false;
            }
            Published published = event.published();
            if (!published.stream().equals(before.stream())
                    || !event.changedAt().isAfter(before.since())) {
                continue;
            }
            samples++;
            if (isAnother(before.stream(), published, event.key(), event.epoch())) {
                return true;
            }
        }
        return false;
    }

    private static EventState next(ProcessedWalk walk) throws IOException {
        try {
            return walk.next();
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private boolean isAnother(String stream, Published published, Key key, int epoch)
            throws IOException, InterruptedException {
        return LossRules.isAnother(key, epoch, at(stream, published));
    }

    private Optional<StoredAs> at(String stream, Published published) throws IOException, InterruptedException {
        try {
            return messages.at(stream, published.sequence()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("stream " + stream + " does not show its messages: " + e.getMessage(), e);
        }
    }
}
