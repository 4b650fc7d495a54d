package io.bactrian.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** What a person does to an event: try it again, or give it up. */
final class Operator {
    private final Core core;
    private final Queries queries;

    Operator(Core core, Queries queries) {
        this.core = core;
        this.queries = queries;
    }

    CompletableFuture<EventState> replay(Key key, Executor completeOn) {
        return change(key, completeOn, this::pendingAgain);
    }

    CompletableFuture<EventState> replay(EventState seen, Executor completeOn) {
        return change(seen.key(), completeOn, state -> {
            StateRecord again = pendingAgain(state);
            if (StateRecord.state(state.kind()) != seen.state()
                    || state.epoch() != seen.epoch()
                    || state.eventSequence() != seen.sequence()) {
                throw new JournalException("event " + seen.key() + " has changed meanwhile");
            }
            return again;
        });
    }

    /** With an id of its own on NATS, which knows the one of before. */
    private StateRecord pendingAgain(StateRecord state) {
        if (Location.pending(state.kind())) {
            throw new JournalException("event " + state.key() + " is pending already");
        }
        if (core.segments.get(state.eventSegment()) == null) {
            throw new JournalException("the payload of event " + state.key() + " is not kept any more");
        }
        return with(
                state,
                Location.RETRY,
                state.epoch() + 1,
                0,
                state.failure(),
                state.history().replayed(state.attempts()));
    }

    CompletableFuture<EventState> discard(Key key, String reason, Executor completeOn) {
        return change(key, completeOn, state -> {
            if (!Location.pending(state.kind()) && state.kind() != Location.DEAD) {
                throw new JournalException("event " + key + " is " + StateRecord.state(state.kind())
                        + ": only an accepted or dead one can be discarded");
            }
            Failure failure = new Failure("discarded", reason, Instant.ofEpochMilli(core.now()));
            return with(state, Location.DISCARDED, state.epoch(), state.attempts(), failure, state.history());
        });
    }

    /** Makes the key of a settled event new again. */
    CompletableFuture<Void> forget(Key key, Executor completeOn) {
        return change(key, completeOn, state -> {
            if (Location.pending(state.kind()) || state.kind() == Location.DEAD) {
                throw new JournalException("event " + key + " is " + StateRecord.state(state.kind())
                        + ": only a processed or discarded one can be forgotten");
            }
            return with(state, Location.FORGOTTEN, state.epoch(), state.attempts(), state.failure(), state.history());
        });
    }

    /** Reads the state of a key, on the worker, and writes the next one. */
    private <T> CompletableFuture<T> change(Key key, Executor completeOn, Function<StateRecord, StateRecord> decision) {
        Completion<T> completion = new Completion<>(completeOn);
        Runnable task = () -> tryChange(key, completion, decision);
        try {
            core.worker.execute(task);
        } catch (RejectedExecutionException e) {
            completion.future.completeExceptionally(
                    new JournalUnavailableException("the journal is busy or closed", Duration.ofSeconds(1), e));
        }
        return completion.future;
    }

    private void tryChange(Key key, Completion<?> completion, Function<StateRecord, StateRecord> decision) {
        try {
            change(key, completion, decision);
        } catch (JournalException e) {
            Completions completions = core.completions();
            completions.add(completion.failed(e));
            completions.dispatch();
        }
    }

    private void change(Key key, Completion<?> completion, Function<StateRecord, StateRecord> decision) {
        while (!tryOnce(key, completion, decision)) {
            // between the look and the change something else has happened to the key, or its event has moved
        }
    }

    private boolean tryOnce(Key key, Completion<?> completion, Function<StateRecord, StateRecord> decision) {
        long location;
        StateRecord unsaved;
        core.lock.lock();
        try {
            location = core.lookup(key);
            unsaved = core.unsaved(key);
        } finally {
            core.lock.unlock();
        }
        StateRecord state = queries.record(key);
        if (state == null) {
            throw new JournalException("event " + key + " is not known");
        }
        core.lock.lock();
        try {
            if (core.statesFrozen) {
                core.afterThaw.add(() -> tryChange(key, completion, decision));
                return true;
            }
            if (core.closing || core.failing != null) {
                throw new JournalUnavailableException(
                        "the journal cannot write: " + core.failing, Duration.ofSeconds(1));
            }
            if (core.lookup(key) != location || !Objects.equals(core.unsaved(key), unsaved)) {
                return false;
            }
            core.urgent.add(new Urgent(decision.apply(state), null, null, completion));
            core.wakeFlusher();
            return true;
        } finally {
            core.lock.unlock();
        }
    }

    private StateRecord with(StateRecord state, int kind, int epoch, int attempts, Failure failure, History history) {
        return new StateRecord(
                state.key(),
                kind,
                epoch,
                attempts,
                state.eventSequence(),
                state.acceptedAt(),
                state.eventSegment(),
                state.eventOffset(),
                kind == Location.RETRY ? null : state.published(),
                failure,
                0,
                core.now(),
                history);
    }
}
