package io.bactrian.journal;

import java.util.concurrent.Executor;

/**
 * An executor whose one thread takes turns, as an event loop does: a task it is given by itself runs after everything that this
 * thread has at hand, and before it waits for more. What is appended in a turn and completes on such an executor is forced
 * together at the end of the turn, since no answer could leave earlier.
 */
@FunctionalInterface
public interface TurnExecutor extends Executor {}
