package io.bactrian.journal;

/**
 * What an event had behind it before its present epoch, kept over replays.
 *
 * @param earlierAttempts failed attempts of all epochs before
 * @param firstError the very first failure, or null
 */
record History(int earlierAttempts, Failure firstError) {
    static final History NONE = new History(0, null);

    /** The same with a failure, which is the first one if there was none. */
    History failed(Failure failure) {
        return firstError != null || failure == null ? this : new History(earlierAttempts, failure);
    }

    /** The same when a new epoch begins after so many failed attempts. */
    History replayed(int attempts) {
        return new History((int) Math.min(Integer.MAX_VALUE, (long) earlierAttempts + attempts), firstError);
    }
}
