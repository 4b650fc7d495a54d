package io.bactrian.journal;

import java.time.Instant;

/**
 * What the journal had at its start. An event of then that is pending may have been handed out before, without a record of what
 * came of it: outcomes are written a little later, and a process that is killed writes none.
 *
 * @param lastSequence events up to this one were there
 * @param lastRecordAt when the newest record was written that was read, by the clock of then; the epoch when there was none
 * @param at when the journal was opened
 */
public record Recovered(long lastSequence, Instant lastRecordAt, Instant at) {}
