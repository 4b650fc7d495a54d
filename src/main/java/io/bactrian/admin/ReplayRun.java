package io.bactrian.admin;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.journal.EventPage;
import io.bactrian.journal.EventState;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalUnavailableException;
import io.bactrian.journal.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replay at work: counts first, then makes the events pending again, page by page in the order of acceptance, no faster than
 * the rate. Only what has not changed since it was asked for is meant, so nothing is replayed twice, wherever it begins again after
 * a kill; each page is written down before it is replayed, so that the numbers are right as well. Steps run one after the other
 * on the thread for that.
 */
final class ReplayRun {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayRun.class);
    private static final int COUNTED_AT_ONCE = 1000;
    private static final int REPLAYED_AT_ONCE = 100;
    private static final int MAX_REFUSALS = 60;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AdminService service;
    private final ReplayFile file;
    private final Replay replay;
    private final CompletableFuture<Void> counted = new CompletableFuture<>();
    private int refusals;

    ReplayRun(AdminService service, ReplayFiles files, Replay replay) {
        this.service = service;
        this.file = new ReplayFile(service, files, replay);
        this.replay = replay;
    }

    Replay replay() {
        return replay;
    }

    /**
     * Begins.
     *
     * @return completes when everything is counted, or when that has ended otherwise; fails when it cannot be written down
     */
    CompletableFuture<Void> begin() {
        hold();
        step(this::writeFirst, 0);
        return counted;
    }

    /** Goes on where another process has ended. */
    void resume() {
        service.journal().keepMark(replay.mark());
        hold();
        step(
                () -> {
                    if (replay.phase() == Replay.Phase.COUNTING) {
                        replay.countAnew();
                        count(Long.MIN_VALUE);
                    } else {
                        recount(replay.reached(), 0);
                    }
                },
                0);
    }

    /** A replay may take longer than processed events are kept. */
    private void hold() {
        if (replay.needsHold()) {
            service.journal().hold(replay.mark());
        }
    }

    /**
     * Ends it, unless it is over; what is replayed stays so.
     *
     * @return completes when its end is durable; fails when that cannot be written down
     */
    CompletableFuture<Void> cancel(String by) {
        return service.background(() -> {
            if (over(Replay.Phase.CANCELLED, null)) {
                Audit.log("replays-cancelled", replay.toString(), by, null);
            }
            try {
                file.writeEnd();
            } catch (IOException e) {
                file.writeEndAtLast();
                throw notWritten(e);
            }
        });
    }

    /** @return false when it was over already */
    private boolean over(Replay.Phase how, String why) {
        boolean ends = replay.end(how, why);
        if (ends) {
            service.journal().endHold(replay.mark());
            counted.complete(null);
        }
        return ends;
    }

    private void step(Runnable work, long nanos) {
        service.later(
                () -> {
                    try {
                        if (!replay.isOver()) {
                            work.run();
                        }
                    } catch (RuntimeException e) {
                        // while the gateway ends everything fails; the next one goes on
                        if (service.isRunAllowed()) {
                            LOG.error("A replay failed: replay={}", replay.id(), e);
                            end(Replay.Phase.FAILED, e.getMessage());
                        }
                    }
                },
                nanos);
    }

    private void writeFirst() {
        try {
            file.write();
        } catch (IOException e) {
            counted.completeExceptionally(notWritten(e));
            over(Replay.Phase.FAILED, e.toString());
            file.writeEndAtLast(); // it may be there all the same
            return;
        }
        count(Long.MIN_VALUE);
    }

    private static CompletionException notWritten(IOException e) {
        LOG.warn("A replay cannot be written down", e);
        return new CompletionException(new ProblemException(
                ProblemKind.JOURNAL_UNAVAILABLE, "The replay cannot be written down: the disk takes no writes."));
    }

    private void count(long from) {
        EventPage<EventSummary> page = page(replay.filter(), from, COUNTED_AT_ONCE);
        replay.counted(wanted(page, this::isUnchanged).size());
        if (page.next() != 0) {
            step(() -> count(page.next()), 0);
        } else if (replay.isDryRun()) {
            end(Replay.Phase.DONE, null);
        } else {
            replay.countedAll();
            counted.complete(null);
            step(this::replayPage, 0);
        }
    }

    /** Finds out how much of a page was replayed when the process ended. */
    private void recount(long from, long found) {
        EventFilter any = replay.filter().withStates(EnumSet.allOf(State.class));
        EventPage<EventSummary> page = page(any, from, COUNTED_AT_ONCE);
        long all = found
                + wanted(page, state -> !isUnchanged(state) && state.epoch() > 0).stream()
                        .filter(state -> state.sequence() <= replay.plannedUpTo())
                        .count();
        if (page.next() == 0 || page.next() >= replay.plannedUpTo()) {
            replay.recounted(all);
            replayPage();
        } else {
            step(() -> recount(page.next(), all), 0);
        }
    }

    private void replayPage() {
        long began = System.nanoTime();
        EventPage<EventSummary> page = page(replay.filter(), replay.reached(), REPLAYED_AT_ONCE);
        List<EventState> events = wanted(page, this::isUnchanged);
        if (!events.isEmpty()) {
            replay.plan(events.size(), events.get(events.size() - 1).sequence());
            try {
                file.write();
            } catch (IOException e) {
                again(e.toString());
                return;
            }
        }
        CompletableFuture<?>[] changes = events.stream()
                .map(event -> service.journal().replay(event, Runnable::run))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(changes)
                .whenComplete((nothing, failure) -> service.later(() -> replayed(changes, page.next(), began), 0));
    }

    private void replayed(CompletableFuture<?>[] changes, long next, long began) {
        int refused = 0;
        for (CompletableFuture<?> change : changes) {
            refused += isRefused(change) ? 1 : 0;
        }
        if (replay.isOver()) {
            writeNumbers(); // cancelled in between: with these
            return;
        }
        if (refused > 0) {
            again("the journal cannot write"); // what is left is found again: it has not changed
            return;
        }
        refusals = 0;
        if (next == 0) {
            end(Replay.Phase.DONE, null);
            return;
        }
        replay.reached(next);
        long due = TimeUnit.SECONDS.toNanos(Math.max(1, changes.length)) / service.replayRate();
        step(this::replayPage, due - (System.nanoTime() - began));
    }

    /** Counts what became of one; true when it is to be tried again. */
    private boolean isRefused(CompletableFuture<?> change) {
        try {
            change.join();
            replay.add(1, 0);
        } catch (CompletionException e) {
            if (e.getCause() instanceof JournalUnavailableException) {
                return true;
            }
            if (!(e.getCause() instanceof JournalException)) {
                LOG.warn("An event was not replayed: replay={}", replay.id(), e.getCause());
            }
            replay.add(0, 1); // something else has happened to it since
        }
        return false;
    }

    private void again(String why) {
        if (++refusals > MAX_REFUSALS) {
            end(Replay.Phase.FAILED, why);
        } else {
            step(this::replayPage, AGAIN_NANOS);
        }
    }

    private EventPage<EventSummary> page(EventFilter filter, long from, int limit) {
        return service.list(filter.acceptedUpTo(replay.mark()), true, from, limit);
    }

    private static List<EventState> wanted(EventPage<EventSummary> page, Predicate<EventState> which) {
        return page.items().stream().map(EventPage.Item::state).filter(which).toList();
    }

    private boolean isUnchanged(EventState state) {
        return !state.changedAt().isAfter(replay.mark());
    }

    private void end(Replay.Phase how, String why) {
        if (!over(how, why)) {
            return;
        }
        file.writeEndAtLast();
        if (!replay.isDryRun()) {
            Audit.log(
                    "replays-" + how.name().toLowerCase(Locale.ROOT),
                    replay + (why == null ? "" : " error=" + why),
                    replay.who(),
                    replay.reason());
        }
    }

    private void writeNumbers() {
        try {
            file.write();
        } catch (IOException e) {
            LOG.warn("What a cancelled replay has replayed at last is not written down: replay={}", replay.id(), e);
        }
    }
}
