package io.bactrian.camel.intake;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.bactrian.camel.journal.JournalService;
import io.bactrian.journal.EventState;
import io.bactrian.journal.Journal;
import io.bactrian.journal.Key;
import io.bactrian.journal.State;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Waits for what becomes of events and looks it up. A look-up reads a record or two from disk, so it runs on threads of
 * its own; waiting holds none.
 */
final class Waiting extends ServiceSupport {

    private static final int THREADS = 4;

    private final CamelContext context;
    private final Journal journal;
    private final ExecutorService lookups;

    private Waiting(CamelContext context) {
        this.context = context;
        this.journal = JournalService.of(context).journal();
        this.lookups = context.getExecutorServiceManager().newThreadPool(this, "bactrian-status", THREADS, THREADS);
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

    /** @return completes when the event is processed, dead or discarded, or when the time is over; never fails */
    CompletableFuture<Void> settled(Key key, Duration time) {
        CompletableFuture<State> waiter = journal.settled(key, Runnable::run);
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiter.whenComplete((state, failure) -> done.complete(null));
        return done.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> waiter.cancel(false));
    }

    /** @return completes when all are settled or the time is over; never fails */
    CompletableFuture<Void> settled(List<Key> keys, Duration time) {
        return CompletableFuture.allOf(
                keys.stream().map(key -> settled(key, time)).toArray(CompletableFuture[]::new));
    }

    CompletableFuture<Optional<EventState>> find(Key key) {
        return CompletableFuture.supplyAsync(() -> journal.find(key), lookups);
    }

    CompletableFuture<List<Optional<EventState>>> findAll(List<Key> keys) {
        return CompletableFuture.supplyAsync(
                () -> keys.stream().map(journal::find).toList(), lookups);
    }

    CompletableFuture<Optional<byte[]>> payload(Key key) {
        return CompletableFuture.supplyAsync(() -> journal.payload(key), lookups);
    }

    @Override
    protected void doShutdown() {
        context.getExecutorServiceManager().shutdown(lookups);
    }
}
