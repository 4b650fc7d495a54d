package io.bactrian.journal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A future and where its owner wants it completed; the outcome is set first. */
final class Completion<T> {
    final CompletableFuture<T> future;
    final Executor executor;
    private T value;
    private Throwable cause;

    Completion(CompletableFuture<T> future, Executor executor) {
        this.future = future;
        this.executor = executor;
    }

    Completion(Executor executor) {
        this(new CompletableFuture<>(), executor);
    }

    Completion<T> succeeded(T outcome) {
        value = outcome;
        return this;
    }

    Completion<T> failed(Throwable outcome) {
        cause = outcome;
        return this;
    }

    void run() {
        if (cause != null) {
            future.completeExceptionally(cause);
        } else {
            future.complete(value);
        }
    }
}
