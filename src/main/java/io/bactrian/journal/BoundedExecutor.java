package io.bactrian.journal;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes tasks on as long as not too many of them wait, and refuses more. */
final class BoundedExecutor implements Executor {
    private final Executor executor;
    private final int limit;
    private final AtomicInteger waiting = new AtomicInteger();

    BoundedExecutor(Executor executor, int limit) {
        this.executor = executor;
        this.limit = limit;
    }

    @Override
    public void execute(Runnable task) {
        if (waiting.incrementAndGet() > limit) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException(limit + " tasks wait");
        }
        try {
            executor.execute(() -> {
                waiting.decrementAndGet();
                task.run();
            });
        } catch (RuntimeException | Error e) {
            waiting.decrementAndGet();
            throw e;
        }
    }
}
