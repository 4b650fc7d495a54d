package io.bactrian.journal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became known at once: handed over as one task for each executor. */
final class Completions {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Executor fallback;
    private final IdentityHashMap<Executor, List<Completion<?>>> groups = new IdentityHashMap<>();

    Completions(Executor fallback) {
        this.fallback = fallback;
    }

    void add(Completion<?> completion) {
        groups.computeIfAbsent(completion.executor, executor -> new ArrayList<>())
                .add(completion);
    }

    void dispatch() {
        groups.forEach(this::dispatch);
        groups.clear();
    }

    private void dispatch(Executor executor, List<Completion<?>> group) {
        Runnable task = () -> group.forEach(Completion::run);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            fallback.execute(task);
        } catch (RuntimeException | Error e) {
            LOG.error("an executor failed when it was given what became of events", e);
            fallback.execute(task);
        }
    }
}
