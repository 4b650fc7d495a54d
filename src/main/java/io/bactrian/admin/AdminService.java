package io.bactrian.admin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.bactrian.camel.config.BactrianConfig;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.EventPage;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operations of the API share: the journal, and threads of their own to read it on. */
final class AdminService extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(AdminService.class);
    private static final int THREADS = 2;
    private static final int MAX_QUEUE = 64;

    private final CamelContext context;
    private final JournalService journal;
    private final Cursors cursors;
    private final long scanBytes;
    private final int replayRate;
    private final Duration patience;
    private final ExecutorService requests;
    private final ScheduledExecutorService background;
    private final Replays replays;

    private AdminService(CamelContext context) {
        this.context = context;
        BactrianConfig config = BactrianConfig.of(context);
        this.journal = JournalService.of(context);
        this.cursors = new Cursors(journal.journal().installationKey());
        this.scanBytes = config.bytes("bactrian.admin.scan-bytes", 1);
        this.replayRate = config.integer("bactrian.admin.replay-rate", 1, 1_000_000);
        // an answer comes before the deadline of its request
        this.patience = config.duration("bactrian.http.request-timeout").dividedBy(2);
        this.requests = context.getExecutorServiceManager()
                .newThreadPool(
                        this,
                        "bactrian-admin",
                        new ThreadPoolProfileBuilder("bactrian-admin")
                                .poolSize(THREADS)
                                .maxPoolSize(THREADS)
                                .maxQueueSize(MAX_QUEUE)
                                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                                .build());
        this.background = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "bactrian-replay");
        this.replays = new Replays(this, new ReplayFiles(Path.of(config.text("bactrian.journal.directory"))));
    }

    /** @return the service of this context, made on first use */
    static AdminService of(CamelContext context) {
        synchronized (context) {
            AdminService found = context.hasService(AdminService.class);
            if (found == null) {
                found = new AdminService(context);
                try {
                    context.addService(found, true, true);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return found;
        }
    }

    Journal journal() {
        return journal.journal();
    }

    Cursors cursors() {
        return cursors;
    }

    Replays replays() {
        return replays;
    }

    /** @return bytes of the journal that one request reads, at most */
    long scanBytes() {
        return scanBytes;
    }

    /** @return events a second that a replay makes pending again */
    int replayRate() {
        return replayRate;
    }

    /** @return how long a request may wait for work that goes on behind it */
    Duration patience() {
        return patience;
    }

    String idOf(Key key) {
        return journal.statusIds().idOf(key);
    }

    /** @return nothing for what is no id */
    Optional<Key> keyOf(String id) {
        return id == null ? Optional.empty() : journal.statusIds().keyOf(id);
    }

    /** A page of a filter. Reads from disk, no more than {@code bactrian.admin.scan-bytes}. */
    EventPage<EventSummary> list(EventFilter filter, boolean oldestFirst, long from, int limit) {
        return journal().list(filter.query(oldestFirst, from, limit, scanBytes), payload -> {
            EventSummary summary = EventSummary.read(payload);
            return filter.accepts(summary) ? summary : null;
        });
    }

    /** Runs a request's reading; refuses when too many wait. */
    <T> CompletableFuture<T> read(Supplier<T> reading) {
        return CompletableFuture.supplyAsync(reading, requests);
    }

    Executor requests() {
        return requests;
    }

    /** Goes on with work that no request waits for. */
    void later(Runnable work, long nanos) {
        try {
            background.schedule(work, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("No more work in the background: stopping");
        }
    }

    /** Does something between two pieces of such work. */
    CompletableFuture<Void> background(Runnable work) {
        return CompletableFuture.runAsync(work, background);
    }

    @Override
    protected void doStart() {
        replays.resume();
    }

    @Override
    protected void doShutdown() {
        context.getExecutorServiceManager().shutdownNow(background);
        context.getExecutorServiceManager().shutdown(requests);
    }
}
