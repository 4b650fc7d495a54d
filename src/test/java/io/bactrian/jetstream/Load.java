package io.bactrian.jetstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.testing.Conditions;

/** Sixteen lanes; each publishes an id until it is acknowledged, then the next one. */
final class Load {
    private static final int LANES = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Publishing publishing;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    /** A refused publish fails at once; without a pause the lanes would only burn the processor. */
    private final Executor afterPause =
            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, ForkJoinPool.commonPool());

    private volatile boolean stopped;

    Load(Publishing publishing) {
        this.publishing = publishing;
    }

    void start() {
        running.set(LANES);
        for (int i = 0; i < LANES; i++) {
            publish("id-" + next.getAndIncrement());
        }
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    void awaitProgress() {
        int before = acknowledged.size();
        Conditions.await(PATIENCE, "progress", () -> acknowledged.size() > before + 100);
    }

    /** Publishes nothing new, and returns when every id is acknowledged. */
    void stop() {
        stopped = true;
        Conditions.await(PATIENCE, "every lane is done", () -> running.get() == 0);
    }

    private void publish(String id) {
        var unused = publishing.publish("events.a", id).whenComplete((ack, failure) -> {
            if (failure != null) {
                afterPause.execute(() -> publish(id));
                return;
            }
            acknowledged.add(id);
            if (stopped) {
                running.decrementAndGet();
            } else {
                ForkJoinPool.commonPool().execute(() -> publish("id-" + next.getAndIncrement()));
            }
        });
    }
}
