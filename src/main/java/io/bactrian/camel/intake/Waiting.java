package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.bactrian.camel.http.ProblemException;
import io.bactrian.camel.http.ProblemKind;
import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import io.bactrian.journal.State;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * Waits for what becomes of events and looks it up. A look-up reads a record or two from disk, so it runs on threads of
 * its own; waiting holds none.
 */
final class Waiting extends ServiceSupport {

    /** Look-ups at a time, and those that wait for one of these; docs/answers.md tells them. */
    private static final int THREADS = 4;

    private static final int MOST_WAITING = 1000;

    private final CamelContext context;
    private final Journal journal;
    private final ExecutorService lookups;

    private Waiting(CamelContext context) {
        this.context = context;
        this.journal = JournalService.of(context).journal();
        // refuses what is too much: the caller may be an event loop, which must not read from disk
        this.lookups = context.getExecutorServiceManager()
                .newThreadPool(
                        this,
                        "bactrian-status",
                        new ThreadPoolProfileBuilder("bactrian-status")
                                .poolSize(THREADS)
                                .maxPoolSize(THREADS)
                                .maxQueueSize(MOST_WAITING)
                                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                                .build());
    }

    /** @return the service of this context, made on first use */
    static Waiting of(CamelContext context) {
        synchronized (context) {
            Waiting found = context.hasService(Waiting.class);
            if (found == null) {
                found = new Waiting(context);
                try {
                    context.addService(found, true, true);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return found;
        }
    }

    /**
     * @param executor where to complete; an event loop has a cheaper timer than the one of all futures
     * @return completes when the event is processed, dead or discarded, or when the time is over; never fails
     */
    CompletableFuture<Void> settled(Key key, Duration time, Executor executor) {
        CompletableFuture<State> waiter = journal.settled(key, executor);
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (executor instanceof ScheduledExecutorService loop) {
            ScheduledFuture<?> timer = loop.schedule(() -> done.complete(null), time.toNanos(), TimeUnit.NANOSECONDS);
            waiter.whenComplete((state, failure) -> {
                timer.cancel(false);
                done.complete(null);
            });
        } else {
            waiter.whenComplete((state, failure) -> done.complete(null));
            done.completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS);
        }
        return done.whenComplete((nothing, failure) -> waiter.cancel(false));
    }

    /** @return completes when all are settled or the time is over; never fails */
    CompletableFuture<Void> settled(List<Key> keys, Duration time, Executor executor) {
        return CompletableFuture.allOf(
                keys.stream().map(key -> settled(key, time, executor)).toArray(CompletableFuture[]::new));
    }

    /** Whether there is anything to look up or to wait for; never reads from disk. */
    boolean isKnown(Key key) {
        return journal.contains(key);
    }

    /** What has just become of an event is known without a look at the disk. */
    CompletableFuture<Optional<EventState>> find(Key key) {
        Optional<EventState> unwritten = journal.findUnwritten(key);
        return unwritten.isPresent() ? CompletableFuture.completedFuture(unwritten) : lookUp(() -> journal.find(key));
    }

    CompletableFuture<List<Optional<EventState>>> findAll(List<Key> keys) {
        return lookUp(() -> keys.stream().map(journal::find).toList());
    }

    CompletableFuture<Optional<byte[]>> payload(Key key) {
        return lookUp(() -> journal.payload(key));
    }

    private <T> CompletableFuture<T> lookUp(Supplier<T> reading) {
        try {
            return CompletableFuture.supplyAsync(reading, lookups);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    lookups.isShutdown()
                            ? e
                            : new ProblemException(
                                    ProblemKind.OVERLOADED,
                                    "More than " + MOST_WAITING + " requests wait to read what became of an event."));
        }
    }

    @Override
    protected void doShutdown() {
        context.getExecutorServiceManager().shutdown(lookups);
    }
}
