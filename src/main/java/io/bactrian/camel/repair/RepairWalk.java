package io.bactrian.camel.repair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.bactrian.jetstream.StoredAs;
import io.bactrian.jetstream.StreamMessages;
import io.bactrian.jetstream.StreamPicture;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Journal;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalUnavailableException;
import io.bactrian.journal.ProcessedWalk;

/**
 * One pass through the events that are held for a stream, in the order of acceptance: asks the stream for each, and makes pending
 * again what it has lost. An event accepted later than the pass has come is not delivered meanwhile, so that the order is kept.
 * Begun again from the front it repeats nothing: what is pending is no longer processed, and what was stored is there.
 */
final class RepairWalk {

    /** Questions to the stream at a time. */
    static final int PAGE = 128;

    private static final int LOOKED_AT = 4096;
    private static final long PATIENCE_SECONDS = 30;

    private final Journal journal;
    private final StreamMessages messages;
    private final StreamMarks marks;
    private final StreamPicture now;
    private final ProcessedWalk walk;
    private int checked;
    private long republished;

    RepairWalk(Journal journal, StreamMessages messages, StreamMarks marks, StreamPicture now) {
        this.journal = journal;
        this.messages = messages;
        this.marks = marks;
        this.now = now;
        this.walk = journal.processedEvents();
    }

    String stream() {
        return marks.stream();
    }

    Amnesia reason() {
        return marks.repair().reason();
    }

    /** How many events were made pending again. */
    long republished() {
        return republished;
    }

    /** How many events the last page has asked for. */
    int checked() {
        return checked;
    }

    /**
     * Does the next piece.
     *
     * @return whether there may be more
     * @throws IOException when the stream does not answer or the journal cannot write; the pass has to be begun again
     */
    boolean page() throws IOException, InterruptedException {
        List<EventState> events = new ArrayList<>(PAGE);
        List<CompletableFuture<Optional<StoredAs>>> answers = new ArrayList<>(PAGE);
        EventState last = null;
        boolean more = true;
        for (int looked = 0; looked < LOOKED_AT && events.size() < PAGE; looked++) {
            EventState event = walk.next();
            if (event == null) {
                more = false;
                break;
            }
            last = event;
            if (concerns(event)) {
                events.add(event);
                answers.add(messages.at(marks.stream(), event.published().sequence()));
            }
        }
        List<CompletableFuture<?>> changes = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (isLost(events.get(i), await(answers.get(i)))) {
                changes.add(journal.replay(events.get(i), Runnable::run));
            }
        }
        for (CompletableFuture<?> change : changes) {
            republished += isDone(change) ? 1 : 0;
        }
        if (last != null) {
            journal.deliverUpTo(last.sequence());
        }
        checked = events.size();
        return more;
    }

    private boolean concerns(EventState event) {
        return event.published().stream().equals(marks.stream())
                && !event.changedAt().isAfter(marks.repair().since());
    }

    private boolean isLost(EventState event, Optional<StoredAs> found) {
        return LossRules.isLost(marks.repair(), now, event.published().sequence(), event.key(), event.epoch(), found);
    }

    private static boolean isDone(CompletableFuture<?> change) throws IOException, InterruptedException {
        try {
            await(change);
            return true;
        } catch (JournalUnavailableException e) {
            throw new IOException(e.getMessage(), e);
        } catch (JournalException e) {
            return false; // somebody was quicker, or the event is no longer held
        }
    }

    private static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer in " + PATIENCE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JournalException cause) {
                throw cause;
            }
            throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }
}
