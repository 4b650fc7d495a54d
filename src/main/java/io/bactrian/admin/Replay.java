package io.bactrian.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.journal.EventPage;
import io.bactrian.journal.EventState;
import io.bactrian.journal.JournalException;
import io.bactrian.journal.JournalUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replay by filter: counts first, then makes the events pending again, page by page from the newest to the oldest, no
 * faster than the rate. What it has replayed is durable; a process that ends in the middle has replayed the newest ones,
 * and the same filter with {@code state=dead} finds the rest. Steps run one after the other on the thread for that.
 */
final class Replay {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final int COUNTED_AT_ONCE = 1000;
    private static final int REPLAYED_AT_ONCE = 100;
    private static final int MAX_REFUSALS = 60;

    /** What it is doing. */
    enum Phase {
        COUNTING,
        REPLAYING,
        DONE,
        CANCELLED,
        FAILED
    }

    private final AdminService service;
    private final String id;
    private final EventFilter filter;
    private final boolean dryRun;
    private final String who;
    private final Instant startedAt = Instant.now();
    private final CompletableFuture<Void> counted = new CompletableFuture<>();

    private Phase phase = Phase.COUNTING;
    private long matched;
    private long replayed;
    private long skipped;
    private int refusals;
    private String error;
    private Instant finishedAt;

    Replay(AdminService service, String id, ReplayRequest request, EventFilter filter, String who) {
        this.service = service;
        this.id = id;
        this.filter = filter;
        this.dryRun = request.dryRun();
        this.who = who;
    }

    String id() {
        return id;
    }

    /** @return completes when everything is counted, or when that has ended otherwise; never fails */
    CompletableFuture<Void> counted() {
        return counted;
    }

    synchronized boolean isOver() {
        return phase != Phase.COUNTING && phase != Phase.REPLAYING;
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized long matched() {
        return matched;
    }

    /** Ends it; what is replayed stays so. */
    void cancel(String by) {
        if (end(Phase.CANCELLED, null)) {
            Audit.log("replays-cancelled", toString(), by, null);
        }
    }

    void begin() {
        step(Long.MAX_VALUE, 0);
    }

    private void step(long before, long nanos) {
        service.later(
                () -> {
                    try {
                        if (!isOver()) {
                            work(before);
                        }
                    } catch (RuntimeException e) {
                        LOG.error("A replay failed: id={}", id, e);
                        end(Phase.FAILED, e.getMessage());
                    }
                },
                nanos);
    }

    private void work(long before) {
        if (phase() == Phase.COUNTING) {
            count(before);
        } else {
            replay(before);
        }
    }

    private void count(long before) {
        EventPage<EventSummary> page = service.list(filter, before, COUNTED_AT_ONCE);
        synchronized (this) {
            matched += page.items().size();
            if (page.next() == 0 && phase == Phase.COUNTING && !dryRun) {
                phase = Phase.REPLAYING;
            }
        }
        if (page.next() != 0) {
            step(page.next(), 0);
        } else if (dryRun) {
            end(Phase.DONE, null);
        } else {
            counted.complete(null);
            step(Long.MAX_VALUE, 0);
        }
    }

    private void replay(long before) {
        long began = System.nanoTime();
        EventPage<EventSummary> page = service.list(filter, before, REPLAYED_AT_ONCE);
        CompletableFuture<?>[] changes = page.items().stream()
                .map(item -> service.journal().replay(item.state().key(), Runnable::run))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(changes).whenComplete((nothing, failure) -> {
            long refused = 0;
            for (CompletableFuture<?> change : changes) {
                refused += outcome(change) ? 0 : 1;
            }
            // what the journal could not write now is found again: it is still what the filter means
            long next = refused > 0 ? before : page.next();
            if (refused > 0 && ++refusals > MAX_REFUSALS) {
                end(Phase.FAILED, "the journal cannot write");
            } else if (next == 0) {
                end(Phase.DONE, null);
            } else {
                long due = TimeUnit.SECONDS.toNanos(Math.max(1, page.items().size())) / service.replayRate();
                long pause = refused > 0 ? TimeUnit.SECONDS.toNanos(1) : due - (System.nanoTime() - began);
                step(next, pause);
            }
        });
    }

    /** Counts what became of one; false when it is to be tried again. */
    private synchronized boolean outcome(CompletableFuture<?> change) {
        try {
            EventState state = (EventState) change.join();
            replayed += state == null ? 0 : 1;
        } catch (CompletionException e) {
            if (e.getCause() instanceof JournalUnavailableException) {
                return false;
            }
            if (!(e.getCause() instanceof JournalException)) {
                LOG.warn("An event was not replayed: replay={}", id, e.getCause());
            }
            skipped++; // something else has happened to it since
        }
        return true;
    }

    private boolean end(Phase how, String why) {
        synchronized (this) {
            if (isOver()) {
                return false;
            }
            phase = how;
            error = why;
            finishedAt = Instant.now();
        }
        counted.complete(null);
        if (!dryRun && how != Phase.CANCELLED) {
            Audit.log("replays-" + how.name().toLowerCase(Locale.ROOT), toString(), who, why);
        }
        return true;
    }

    synchronized void writeTo(JsonGenerator json) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("state", phase.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("matched", matched);
        json.writeNumberField("replayed", replayed);
        json.writeNumberField("skipped", skipped);
        json.writeBooleanField("dryRun", dryRun);
        json.writeStringField("startedAt", Json.time(startedAt));
        json.writeStringField("finishedAt", Json.time(finishedAt));
        json.writeStringField("error", error);
    }

    @Override
    public synchronized String toString() {
        return "replay=" + id + " matched=" + matched + " replayed=" + replayed + " skipped=" + skipped;
    }
}
